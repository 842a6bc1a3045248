#pragma OPENCL FP_CONTRACT OFF
kernel __attribute__((reqd_work_group_size(64, 1, 1)))
void smelt_dot_64x64(global uchar *m0, ulong at0, global uchar *m1, ulong at1, global uchar *m2, ulong at2, global uchar *m3, ulong at3) {
  global float *p0 = (global float *)(m0 + at0);
  global float *p1 = (global float *)(m1 + at1);
  global float *p2 = (global float *)(m2 + at2);
  global float *p3 = (global float *)(m3 + at3);
  const int r0 = get_group_id(0);
  const int r3 = get_local_id(0);
  float a0 = 0.0f;
  float a1 = 0.0f;
  float a2 = 0.0f;
  float a3 = 0.0f;
  for (int r2 = 0; r2 < 48; ++r2) {
    const float v4 = p1[r0 * 192 + r2];
    const float v5 = p1[r0 * 192 + r2 + 48];
    const float v6 = p1[r0 * 192 + r2 + 96];
    const float v7 = p1[r0 * 192 + r2 + 144];
    const float v8 = p2[r3 + r2 * 64];
    a0 = fma(v4, v8, a0);
    a1 = fma(v5, v8, a1);
    a2 = fma(v6, v8, a2);
    a3 = fma(v7, v8, a3);
  }
  const float v9 = p3[r3];
  const float v10 = a0 + v9;
  const float v11 = a1 + v9;
  const float v12 = a2 + v9;
  const float v13 = a3 + v9;
  const bool v14 = v10 < 0.0f;
  const bool v15 = v11 < 0.0f;
  const bool v16 = v12 < 0.0f;
  const bool v17 = v13 < 0.0f;
  const bool v18 = v10 != 0.0f;
  const bool v19 = v11 != 0.0f;
  const bool v20 = v12 != 0.0f;
  const bool v21 = v13 != 0.0f;
  const bool v22 = v18 != true;
  const bool v23 = v19 != true;
  const bool v24 = v20 != true;
  const bool v25 = v21 != true;
  const bool v26 = v14 || v22;
  const bool v27 = v15 || v23;
  const bool v28 = v16 || v24;
  const bool v29 = v17 || v25;
  const float v30 = v26 ? 0.0f : v10;
  const float v31 = v27 ? 0.0f : v11;
  const float v32 = v28 ? 0.0f : v12;
  const float v33 = v29 ? 0.0f : v13;
  p0[r0 * 256 + r3] = v30;
  p0[r0 * 256 + r3 + 64] = v31;
  p0[r0 * 256 + r3 + 128] = v32;
  p0[r0 * 256 + r3 + 192] = v33;
}
