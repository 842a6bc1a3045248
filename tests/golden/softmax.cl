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
  local float local46[8];
  local float local48[64];
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
  float a45 = 0.0f;
  { const int t = item;
    const int r6 = t;
    float a49 = 0.0f;
    for (int r3 = 0; r3 < 2; ++r3) {
      const int v50 = r3 * 64;
      const int v51 = v50 + r6;
      const bool v52 = v51 < 100;
      const float v53 = v52 ? p1[r0 * 100 + r6 + r3 * 64] : 0.0f;
      const float v54 = v53 - a4;
      const bool v55 = v54 < (-0x1.9feb86p+6f);
      const float v56 = fma(v54, 0x1.715476p+0f, 0x1.8001fap+23f);
      const float v57 = v56 - 0x1.8001fap+23f;
      const bool v58 = 128.0f < v57;
      const float v59 = v58 ? 128.0f : v57;
      const float v60 = fma(v59, (-0x1.63p-1f), v54);
      const float v61 = fma(v59, 0x1.bd0106p-13f, v60);
      const float v62 = fma(v61, 0x1.6b6374p-9f, 0x1.1228fp-6f);
      const float v63 = fma(v61, v62, 0x1.555724p-4f);
      const float v64 = fma(v61, v63, 0x1.5554aep-2f);
      const float v65 = fma(v61, v64, 0x1.fffffep-1f);
      const float v66 = fma(v61, v65, 2.0f);
      const float v67 = fma(v61, v66, 2.0f);
      const bool v68 = 0x1.8p+23f < v56;
      const float v69 = v68 ? v56 : 0x1.8p+23f;
      const bool v70 = 0x1.8003f8p+23f < v69;
      const float v71 = v70 ? 0x1.8003f8p+23f : v69;
      const int v72 = as_int(v71);
      const int v73 = (int)(v72 >> 1);
      const int v74 = (int)((uint)v73 << 23);
      const float v75 = as_float(v74);
      const float v76 = v55 ? 0.0f : v75;
      const float v77 = v67 * v76;
      const int v78 = (int)((uint)v72 - (uint)v73);
      const int v79 = (int)((uint)v78 << 23);
      const float v80 = as_float(v79);
      const float v81 = v77 * v80;
      const float v82 = v55 ? 0.0f : v81;
      const float v83 = v52 ? v82 : 0.0f;
      a49 = v83 + a49;
    }
    local48[r6] = a49;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int t = item; t < 8; t += 64) {
    const int r10 = t;
    float a47 = 0.0f;
    for (int r11 = 0; r11 < 8; ++r11) {
      const float v84 = local48[r10 * 8 + r11];
      a47 = v84 + a47;
    }
    local46[r10] = a47;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int r12 = 0; r12 < 8; ++r12) {
    const float v85 = local46[r12];
    a45 = v85 + a45;
  }
  const float v86 = 1.0f / a45;
  for (int r1 = 0; r1 < 2; ++r1) {
    const int v0 = r1 * 64;
    const int v1 = v0 + r4;
    const bool v2 = v1 < 100;
    const float v3 = v2 ? p1[r0 * 100 + r4 + r1 * 64] : 0.0f;
    const float v16 = v3 - a4;
    const bool v17 = v16 < (-0x1.9feb86p+6f);
    const float v18 = fma(v16, 0x1.715476p+0f, 0x1.8001fap+23f);
    const float v19 = v18 - 0x1.8001fap+23f;
    const bool v20 = 128.0f < v19;
    const float v21 = v20 ? 128.0f : v19;
    const float v22 = fma(v21, (-0x1.63p-1f), v16);
    const float v23 = fma(v21, 0x1.bd0106p-13f, v22);
    const float v24 = fma(v23, 0x1.6b6374p-9f, 0x1.1228fp-6f);
    const float v25 = fma(v23, v24, 0x1.555724p-4f);
    const float v26 = fma(v23, v25, 0x1.5554aep-2f);
    const float v27 = fma(v23, v26, 0x1.fffffep-1f);
    const float v28 = fma(v23, v27, 2.0f);
    const float v29 = fma(v23, v28, 2.0f);
    const bool v30 = 0x1.8p+23f < v18;
    const float v31 = v30 ? v18 : 0x1.8p+23f;
    const bool v32 = 0x1.8003f8p+23f < v31;
    const float v33 = v32 ? 0x1.8003f8p+23f : v31;
    const int v34 = as_int(v33);
    const int v35 = (int)(v34 >> 1);
    const int v36 = (int)((uint)v35 << 23);
    const float v37 = as_float(v36);
    const float v38 = v17 ? 0.0f : v37;
    const float v39 = v29 * v38;
    const int v40 = (int)((uint)v34 - (uint)v35);
    const int v41 = (int)((uint)v40 << 23);
    const float v42 = as_float(v41);
    const float v43 = v39 * v42;
    const float v44 = v17 ? 0.0f : v43;
    const float v87 = v44 * v86;
    if (v2) p0[r0 * 100 + r4 + r1 * 64] = v87;
  }
}
