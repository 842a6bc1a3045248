define void @map_32x34(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = mul i64 32, 3
  %v7 = add i64 %thread, 1
  %v8 = mul i64 %v6, %thread
  %v9 = udiv i64 %v8, %threads
  %v10 = mul i64 %v6, %v7
  %v11 = udiv i64 %v10, %threads
  %v12 = icmp slt i64 %v9, %v11
  br i1 %v12, label %b0, label %end
b0:
  %v13 = sub i64 %v11, 1
  %v14 = urem i64 %v9, 3
  %v15 = udiv i64 %v9, 3
  %v16 = urem i64 %v13, 3
  %v17 = udiv i64 %v13, 3
  %v18 = add i64 %v17, 1
  br label %b1
b1:
  %v19 = phi i64 [ %v15, %b0 ], [ %v63, %b3 ]
  %v20 = add i64 %v16, 1
  %v21 = icmp eq i64 %v19, %v15
  %v22 = icmp eq i64 %v19, %v17
  %v23 = select i1 %v21, i64 %v14, i64 0
  %v24 = select i1 %v22, i64 %v20, i64 3
  %v43 = mul i64 %v19, -1
  %v45 = getelementptr float, ptr %v3, i64 %v43
  %v58 = mul i64 %v19, 34
  %v59 = getelementptr float, ptr %v1, i64 %v58
  br label %b2
b2:
  %v25 = phi i64 [ %v23, %b1 ], [ %v61, %b2 ]
  %v26 = mul i64 %v25, -16
  %v27 = add i64 %v26, 0
  %v28 = call i64 @llvm.smax.i64(i64 %v27, i64 -1)
  %v29 = call i64 @llvm.smin.i64(i64 %v28, i64 15)
  %v30 = trunc i64 %v29 to i32
  %v31 = insertelement <16 x i32> poison, i32 %v30, i64 0
  %v32 = shufflevector <16 x i32> %v31, <16 x i32> poison, <16 x i32> zeroinitializer
  %v33 = icmp slt <16 x i32> %v32, <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v34 = mul i64 %v25, 16
  %v35 = sub i64 33, %v34
  %v36 = call i64 @llvm.smax.i64(i64 %v35, i64 0)
  %v37 = call i64 @llvm.smin.i64(i64 %v36, i64 16)
  %v38 = trunc i64 %v37 to i32
  %v39 = insertelement <16 x i32> poison, i32 %v38, i64 0
  %v40 = shufflevector <16 x i32> %v39, <16 x i32> poison, <16 x i32> zeroinitializer
  %v41 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v40
  %v42 = and <16 x i1> %v33, %v41
  %v44 = mul i64 %v25, 512
  %v46 = getelementptr float, ptr %v45, i64 %v44
  %v47 = getelementptr float, ptr %v46, i64 31
  %v48 = getelementptr float, ptr %v47, <16 x i32> <i32 0, i32 32, i32 64, i32 96, i32 128, i32 160, i32 192, i32 224, i32 256, i32 288, i32 320, i32 352, i32 384, i32 416, i32 448, i32 480>
  %v49 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v48, <16 x i1> %v42, <16 x float> zeroinitializer)
  %v50 = fmul <16 x float> %v49, splat (float 0x4000000000000000)
  %v51 = sub i64 34, %v34
  %v52 = call i64 @llvm.smax.i64(i64 %v51, i64 0)
  %v53 = call i64 @llvm.smin.i64(i64 %v52, i64 16)
  %v54 = trunc i64 %v53 to i32
  %v55 = insertelement <16 x i32> poison, i32 %v54, i64 0
  %v56 = shufflevector <16 x i32> %v55, <16 x i32> poison, <16 x i32> zeroinitializer
  %v57 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v56
  %v60 = getelementptr float, ptr %v59, i64 %v34
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v50, ptr align 4 %v60, <16 x i1> %v57)
  %v61 = add nuw nsw i64 %v25, 1
  %v62 = icmp slt i64 %v61, %v24
  br i1 %v62, label %b2, label %b3
b3:
  %v63 = add nuw nsw i64 %v19, 1
  %v64 = icmp slt i64 %v63, %v18
  br i1 %v64, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
