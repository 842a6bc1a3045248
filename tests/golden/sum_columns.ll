define void @sum_100(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = add i64 %thread, 1
  %v7 = mul i64 2, %thread
  %v8 = udiv i64 %v7, %threads
  %v9 = mul i64 2, %v6
  %v10 = udiv i64 %v9, %threads
  %v11 = icmp slt i64 %v8, %v10
  br i1 %v11, label %b0, label %end
b0:
  %v12 = sub i64 %v10, 1
  %v13 = add i64 %v12, 1
  br label %b1
b1:
  %v14 = phi i64 [ %v8, %b0 ], [ %v74, %b3 ]
  %v15 = icmp slt i64 0, %v14
  %v16 = mul i64 %v14, 64
  %v17 = select i1 %v15, i64 36, i64 %v16
  %v24 = getelementptr float, ptr %v3, i64 %v17
  br label %b2
b2:
  %v18 = phi i64 [ 0, %b1 ], [ %v37, %b2 ]
  %v19 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v33, %b2 ]
  %v20 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v34, %b2 ]
  %v21 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v35, %b2 ]
  %v22 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v36, %b2 ]
  %v23 = mul i64 %v18, 100
  %v25 = getelementptr float, ptr %v24, i64 %v23
  %v26 = getelementptr float, ptr %v25, i64 16
  %v27 = getelementptr float, ptr %v25, i64 32
  %v28 = getelementptr float, ptr %v25, i64 48
  %v29 = load <16 x float>, ptr %v25, align 4
  %v30 = load <16 x float>, ptr %v26, align 4
  %v31 = load <16 x float>, ptr %v27, align 4
  %v32 = load <16 x float>, ptr %v28, align 4
  %v33 = fadd <16 x float> %v29, %v19
  %v34 = fadd <16 x float> %v30, %v20
  %v35 = fadd <16 x float> %v31, %v21
  %v36 = fadd <16 x float> %v32, %v22
  %v37 = add nuw nsw i64 %v18, 1
  %v38 = icmp slt i64 %v37, 64
  br i1 %v38, label %b2, label %b3
b3:
  %v39 = mul i64 %v14, 64
  %v40 = mul i64 %v17, -1
  %v41 = add i64 %v39, %v40
  %v42 = add i64 %v41, -1
  %v43 = call i64 @llvm.smax.i64(i64 %v42, i64 -1)
  %v44 = call i64 @llvm.smin.i64(i64 %v43, i64 15)
  %v45 = trunc i64 %v44 to i32
  %v46 = insertelement <16 x i32> poison, i32 %v45, i64 0
  %v47 = shufflevector <16 x i32> %v46, <16 x i32> poison, <16 x i32> zeroinitializer
  %v48 = icmp slt <16 x i32> %v47, <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v49 = add i64 %v41, -17
  %v50 = call i64 @llvm.smax.i64(i64 %v49, i64 -1)
  %v51 = call i64 @llvm.smin.i64(i64 %v50, i64 15)
  %v52 = trunc i64 %v51 to i32
  %v53 = insertelement <16 x i32> poison, i32 %v52, i64 0
  %v54 = shufflevector <16 x i32> %v53, <16 x i32> poison, <16 x i32> zeroinitializer
  %v55 = icmp slt <16 x i32> %v54, <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v56 = add i64 %v41, -33
  %v57 = call i64 @llvm.smax.i64(i64 %v56, i64 -1)
  %v58 = call i64 @llvm.smin.i64(i64 %v57, i64 15)
  %v59 = trunc i64 %v58 to i32
  %v60 = insertelement <16 x i32> poison, i32 %v59, i64 0
  %v61 = shufflevector <16 x i32> %v60, <16 x i32> poison, <16 x i32> zeroinitializer
  %v62 = icmp slt <16 x i32> %v61, <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v63 = add i64 %v41, -49
  %v64 = call i64 @llvm.smax.i64(i64 %v63, i64 -1)
  %v65 = call i64 @llvm.smin.i64(i64 %v64, i64 15)
  %v66 = trunc i64 %v65 to i32
  %v67 = insertelement <16 x i32> poison, i32 %v66, i64 0
  %v68 = shufflevector <16 x i32> %v67, <16 x i32> poison, <16 x i32> zeroinitializer
  %v69 = icmp slt <16 x i32> %v68, <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v70 = getelementptr float, ptr %v1, i64 %v17
  %v71 = getelementptr float, ptr %v70, i64 16
  %v72 = getelementptr float, ptr %v70, i64 32
  %v73 = getelementptr float, ptr %v70, i64 48
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v33, ptr align 4 %v70, <16 x i1> %v48)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v34, ptr align 4 %v71, <16 x i1> %v55)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v35, ptr align 4 %v72, <16 x i1> %v62)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v36, ptr align 4 %v73, <16 x i1> %v69)
  %v74 = add nuw nsw i64 %v14, 1
  %v75 = icmp slt i64 %v74, %v13
  br i1 %v75, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
