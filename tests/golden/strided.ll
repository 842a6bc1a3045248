define void @map_32x11(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = add i64 %thread, 1
  %v7 = mul i64 32, %thread
  %v8 = udiv i64 %v7, %threads
  %v9 = mul i64 32, %v6
  %v10 = udiv i64 %v9, %threads
  %v11 = icmp slt i64 %v8, %v10
  br i1 %v11, label %b0, label %end
b0:
  %v12 = sub i64 %v10, 1
  %v13 = add i64 %v12, 1
  %v15 = sub i64 11, 0
  %v16 = call i64 @llvm.smax.i64(i64 %v15, i64 0)
  %v17 = call i64 @llvm.smin.i64(i64 %v16, i64 16)
  %v18 = trunc i64 %v17 to i32
  %v19 = insertelement <16 x i32> poison, i32 %v18, i64 0
  %v20 = shufflevector <16 x i32> %v19, <16 x i32> poison, <16 x i32> zeroinitializer
  %v21 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v20
  br label %b1
b1:
  %v14 = phi i64 [ %v8, %b0 ], [ %v30, %b1 ]
  %v22 = mul i64 %v14, 64
  %v23 = getelementptr float, ptr %v3, i64 %v22
  %v24 = getelementptr float, ptr %v23, i64 31
  %v25 = getelementptr float, ptr %v24, <16 x i32> <i32 0, i32 -3, i32 -6, i32 -9, i32 -12, i32 -15, i32 -18, i32 -21, i32 -24, i32 -27, i32 -30, i32 -33, i32 -36, i32 -39, i32 -42, i32 -45>
  %v26 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v25, <16 x i1> %v21, <16 x float> zeroinitializer)
  %v27 = fadd <16 x float> %v26, splat (float 0x3FF0000000000000)
  %v28 = mul i64 %v14, 11
  %v29 = getelementptr float, ptr %v1, i64 %v28
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v27, ptr align 4 %v29, <16 x i1> %v21)
  %v30 = add nuw nsw i64 %v14, 1
  %v31 = icmp slt i64 %v30, %v13
  br i1 %v31, label %b1, label %b2
b2:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
