#pragma OPENCL FP_CONTRACT OFF
#ifndef smelt_report
#define smelt_report
static inline void report(global long *status, long step, long index, long bound) {
  if (atomic_cmpxchg((volatile global int *)status, 0, 1) == 0) {
    status[1] = index;
    status[2] = bound;
    status[3] = step;
  }
}
#endif
#ifndef smelt_half_value
#define smelt_half_value
static inline float half_value(ushort bits) { return vload_half(0, (const private half *)&bits); }
#endif
#ifndef smelt_half_bits
#define smelt_half_bits
static inline ushort half_bits(float x) {
  ushort bits;
  vstore_half_rte(x, 0, (private half *)&bits);
  return bits;
}
#endif
kernel __attribute__((reqd_work_group_size(16, 7, 1)))
void smelt_map_7x16(global uchar *m0, ulong at0, global uchar *m1, ulong at1, global uchar *m2, ulong at2, global long *status, long step) {
  global ushort *p0 = (global ushort *)(m0 + at0);
  global ushort *p1 = (global ushort *)(m1 + at1);
  global int *p2 = (global int *)(m2 + at2);
  const int r3 = get_local_id(0);
  const int r2 = get_local_id(1);
  const int v0 = p2[r2];
  const int v1 = v0;
  const bool v2 = v1 < 0;
  const long v3 = (long)((ulong)(long)v1 + (ulong)100l);
  const long v4 = v2 ? v3 : (long)v1;
  const long v5 = (long)(v4);
  const bool v6 = (ulong)v5 < 100;
  if (!v6) report(status, step, v5, 100);
  const float v7 = v6 ? half_value(p1[(ulong)(long)r3 + (ulong)v4 * 16ul]) : 0.0f;
  p0[r2 * 16 + r3] = half_bits(v7);
}
