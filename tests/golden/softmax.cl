#pragma OPENCL FP_CONTRACT OFF
#ifndef smelt_max_float
#define smelt_max_float
static inline float max_float(float a, float b) {
  return a > b ? a : b > a ? b : a == b && a != 0 ? a : a + b;
}
#endif
kernel __attribute__((reqd_work_group_size(64, 1, 1)))
void smelt_max_sum_64x100(global uchar *m0, ulong at0, global uchar *m1, ulong at1) {
  global float *p0 = (global float *)(m0 + at0);
  global float *p1 = (global float *)(m1 + at1);
  local float local5[8];
  local float local7[64];
  local float local51[8];
  local float local53[64];
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
  float a50 = 0.0f;
  { const int t = item;
    const int r6 = t;
    float a54 = 0.0f;
    for (int r3 = 0; r3 < 2; ++r3) {
      const int v55 = r3 * 64;
      const int v56 = v55 + r6;
      const bool v57 = v56 < 100;
      const float v58 = v57 ? p1[r0 * 100 + r6 + r3 * 64] : 0.0f;
      const float v59 = v58 - a4;
      const bool v60 = v59 < (-104.0f);
      const float v61 = v60 ? (-104.0f) : v59;
      const float v62 = fma(v61, 0x1.715476p+0f, 3072.0f);
      const float v63 = v62 - 3072.0f;
      const bool v64 = 0x1.ffffcp+6f < v63;
      const float v65 = v63 - 0x1p-12f;
      const float v66 = v64 ? v65 : v63;
      const bool v67 = v66 < (-150.0f);
      const float v68 = v67 ? (-254.0f) : v66;
      const bool v69 = 254.0f < v68;
      const float v70 = v69 ? 254.0f : v68;
      const float v71 = v70 + 0x1.8001fcp+23f;
      const float v72 = v71 - 0x1.8001fcp+23f;
      const float v73 = v70 - v72;
      const float v74 = fma(v73, 0x1.3f9066p-13f, 0x1.5f0a66p-10f);
      const float v75 = fma(v73, v74, 0x1.3b30bp-7f);
      const float v76 = fma(v73, v75, 0x1.c6af78p-5f);
      const float v77 = fma(v73, v76, 0x1.ebfbd8p-3f);
      const float v78 = fma(v73, v77, 0x1.62e43p-1f);
      const float v79 = fma(v73, v78, 1.0f);
      const int v80 = as_int(v71);
      const int v81 = (int)(v80 >> 1);
      const int v82 = (int)((uint)v81 << 23);
      const float v83 = as_float(v82);
      const float v84 = v79 * v83;
      const int v85 = (int)((uint)v80 - (uint)v81);
      const int v86 = (int)((uint)v85 << 23);
      const float v87 = as_float(v86);
      const float v88 = v84 * v87;
      const float v89 = v64 ? 0x1.ffffcp+6f : v63;
      const float v90 = fma(v89, (-0x1.6p-1f), v61);
      const float v91 = fma(v89, (-0x1.7217f8p-8f), v90);
      const float v92 = fma(v88, v91, v88);
      const float v93 = v57 ? v92 : 0.0f;
      a54 = v93 + a54;
    }
    local53[r6] = a54;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int t = item; t < 8; t += 64) {
    const int r10 = t;
    float a52 = 0.0f;
    for (int r11 = 0; r11 < 8; ++r11) {
      const float v94 = local53[r10 * 8 + r11];
      a52 = v94 + a52;
    }
    local51[r10] = a52;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int r12 = 0; r12 < 8; ++r12) {
    const float v95 = local51[r12];
    a50 = v95 + a50;
  }
  for (int r1 = 0; r1 < 2; ++r1) {
    const int v0 = r1 * 64;
    const int v1 = v0 + r4;
    const bool v2 = v1 < 100;
    const float v3 = v2 ? p1[r0 * 100 + r4 + r1 * 64] : 0.0f;
    const float v16 = v3 - a4;
    const bool v17 = v16 < (-104.0f);
    const float v18 = v17 ? (-104.0f) : v16;
    const float v19 = fma(v18, 0x1.715476p+0f, 3072.0f);
    const float v20 = v19 - 3072.0f;
    const bool v21 = 0x1.ffffcp+6f < v20;
    const float v22 = v20 - 0x1p-12f;
    const float v23 = v21 ? v22 : v20;
    const bool v24 = v23 < (-150.0f);
    const float v25 = v24 ? (-254.0f) : v23;
    const bool v26 = 254.0f < v25;
    const float v27 = v26 ? 254.0f : v25;
    const float v28 = v27 + 0x1.8001fcp+23f;
    const float v29 = v28 - 0x1.8001fcp+23f;
    const float v30 = v27 - v29;
    const float v31 = fma(v30, 0x1.3f9066p-13f, 0x1.5f0a66p-10f);
    const float v32 = fma(v30, v31, 0x1.3b30bp-7f);
    const float v33 = fma(v30, v32, 0x1.c6af78p-5f);
    const float v34 = fma(v30, v33, 0x1.ebfbd8p-3f);
    const float v35 = fma(v30, v34, 0x1.62e43p-1f);
    const float v36 = fma(v30, v35, 1.0f);
    const int v37 = as_int(v28);
    const int v38 = (int)(v37 >> 1);
    const int v39 = (int)((uint)v38 << 23);
    const float v40 = as_float(v39);
    const float v41 = v36 * v40;
    const int v42 = (int)((uint)v37 - (uint)v38);
    const int v43 = (int)((uint)v42 << 23);
    const float v44 = as_float(v43);
    const float v45 = v41 * v44;
    const float v46 = v21 ? 0x1.ffffcp+6f : v20;
    const float v47 = fma(v46, (-0x1.6p-1f), v18);
    const float v48 = fma(v46, (-0x1.7217f8p-8f), v47);
    const float v49 = fma(v45, v48, v45);
    const float v96 = v49 / a50;
    if (v2) p0[r0 * 100 + r4 + r1 * 64] = v96;
  }
}
