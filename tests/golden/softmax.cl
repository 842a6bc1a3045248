#pragma OPENCL FP_CONTRACT OFF
#ifndef smelt_max_float
#define smelt_max_float
static inline float max_float(float a, float b) {
  return a != a || b != b || (a == 0 && b == 0) ? a + b : a > b ? a : b;
}
#endif
kernel __attribute__((reqd_work_group_size(64, 1, 1)))
void smelt_max_sum_64x100(global uchar *m0, ulong at0, global uchar *m1, ulong at1) {
  global float *p0 = (global float *)(m0 + at0);
  global float *p1 = (global float *)(m1 + at1);
  local float local5[8];
  local float local7[64];
  local float local45[8];
  local float local47[64];
  const int r0 = get_group_id(0);
  const int r4 = get_local_id(0);
  const int item = get_local_id(0) + 64 * (get_local_id(1) + 1 * get_local_id(2));
  float a4 = (-INFINITY);
  { const int t = item;
    const int r5 = t;
    float a8 = (-INFINITY);
    for (int r2 = 0; r2 < 2; ++r2) {
      const int v9 = r2 * 64;
      const int v10 = v9 + r5;
      const bool v11 = v10 < 100;
      const float v12 = v11 ? p1[r0 * 100 + r5 + r2 * 64] : 0.0f;
      const float v13 = v11 ? v12 : (-INFINITY);
      a8 = max_float(v13, a8);
    }
    local7[r5] = a8;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int t = item; t < 8; t += 64) {
    const int r7 = t;
    float a6 = (-INFINITY);
    for (int r8 = 0; r8 < 8; ++r8) {
      const float v14 = local7[r7 * 8 + r8];
      a6 = max_float(v14, a6);
    }
    local5[r7] = a6;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int r9 = 0; r9 < 8; ++r9) {
    const float v15 = local5[r9];
    a4 = max_float(v15, a4);
  }
  float a44 = 0.0f;
  { const int t = item;
    const int r6 = t;
    float a48 = 0.0f;
    for (int r3 = 0; r3 < 2; ++r3) {
      const int v49 = r3 * 64;
      const int v50 = v49 + r6;
      const bool v51 = v50 < 100;
      const float v52 = v51 ? p1[r0 * 100 + r6 + r3 * 64] : 0.0f;
      const float v53 = v52 - a4;
      const bool v54 = (-104.0f) < v53;
      const float v55 = v54 ? v53 : (-0x1.5d58ap+7f);
      const float v56 = fma(v55, 0x1.715476p+0f, 0x1.8001fap+23f);
      const bool v57 = 0x1.8003f8p+23f < v56;
      const float v58 = v57 ? 0x1.8003f8p+23f : v56;
      const int v59 = as_int(v58);
      const int v60 = (int)(v59 >> 1);
      const int v61 = (int)((uint)v60 << 23);
      const float v62 = as_float(v61);
      const int v63 = (int)((uint)v59 - (uint)v60);
      const int v64 = (int)((uint)v63 << 23);
      const float v65 = as_float(v64);
      const float v66 = v62 * v65;
      const float v67 = v56 - 0x1.8001fap+23f;
      const bool v68 = 128.0f < v67;
      const float v69 = v68 ? 128.0f : v67;
      const bool v70 = v53 < (-104.0f);
      const float v71 = v70 ? (-104.0f) : v53;
      const float v72 = fma(v69, (-0x1.63p-1f), v71);
      const float v73 = fma(v69, 0x1.bd0106p-13f, v72);
      const float v74 = fma(v73, 0x1.6b6374p-9f, 0x1.1228fp-6f);
      const float v75 = fma(v73, v74, 0x1.555724p-4f);
      const float v76 = fma(v73, v75, 0x1.5554aep-2f);
      const float v77 = fma(v73, v76, 0x1.fffffep-1f);
      const float v78 = fma(v73, v77, 2.0f);
      const float v79 = fma(v73, v78, 2.0f);
      const float v80 = v66 * v79;
      const float v81 = v51 ? v80 : 0.0f;
      a48 = v81 + a48;
    }
    local47[r6] = a48;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int t = item; t < 8; t += 64) {
    const int r10 = t;
    float a46 = 0.0f;
    for (int r11 = 0; r11 < 8; ++r11) {
      const float v82 = local47[r10 * 8 + r11];
      a46 = v82 + a46;
    }
    local45[r10] = a46;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int r12 = 0; r12 < 8; ++r12) {
    const float v83 = local45[r12];
    a44 = v83 + a44;
  }
  const float v84 = 1.0f / a44;
  for (int r1 = 0; r1 < 2; ++r1) {
    const int v0 = r1 * 64;
    const int v1 = v0 + r4;
    const bool v2 = v1 < 100;
    const float v3 = v2 ? p1[r0 * 100 + r4 + r1 * 64] : 0.0f;
    const float v16 = v3 - a4;
    const bool v17 = (-104.0f) < v16;
    const float v18 = v17 ? v16 : (-0x1.5d58ap+7f);
    const float v19 = fma(v18, 0x1.715476p+0f, 0x1.8001fap+23f);
    const bool v20 = 0x1.8003f8p+23f < v19;
    const float v21 = v20 ? 0x1.8003f8p+23f : v19;
    const int v22 = as_int(v21);
    const int v23 = (int)(v22 >> 1);
    const int v24 = (int)((uint)v23 << 23);
    const float v25 = as_float(v24);
    const int v26 = (int)((uint)v22 - (uint)v23);
    const int v27 = (int)((uint)v26 << 23);
    const float v28 = as_float(v27);
    const float v29 = v25 * v28;
    const float v30 = v19 - 0x1.8001fap+23f;
    const bool v31 = 128.0f < v30;
    const float v32 = v31 ? 128.0f : v30;
    const bool v33 = v16 < (-104.0f);
    const float v34 = v33 ? (-104.0f) : v16;
    const float v35 = fma(v32, (-0x1.63p-1f), v34);
    const float v36 = fma(v32, 0x1.bd0106p-13f, v35);
    const float v37 = fma(v36, 0x1.6b6374p-9f, 0x1.1228fp-6f);
    const float v38 = fma(v36, v37, 0x1.555724p-4f);
    const float v39 = fma(v36, v38, 0x1.5554aep-2f);
    const float v40 = fma(v36, v39, 0x1.fffffep-1f);
    const float v41 = fma(v36, v40, 2.0f);
    const float v42 = fma(v36, v41, 2.0f);
    const float v43 = v29 * v42;
    const float v85 = v43 * v84;
    if (v2) p0[r0 * 100 + r4 + r1 * 64] = v85;
  }
}
