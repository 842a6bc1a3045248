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
  %v14 = phi i64 [ %v8, %b0 ], [ %v90, %b3 ]
  %v20 = mul i64 %v14, 64
  %v21 = sub i64 100, %v20
  %v22 = call i64 @llvm.smax.i64(i64 %v21, i64 0)
  %v23 = call i64 @llvm.smin.i64(i64 %v22, i64 16)
  %v24 = trunc i64 %v23 to i32
  %v25 = insertelement <16 x i32> poison, i32 %v24, i64 0
  %v26 = shufflevector <16 x i32> %v25, <16 x i32> poison, <16 x i32> zeroinitializer
  %v27 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v26
  %v28 = sub i64 84, %v20
  %v29 = call i64 @llvm.smax.i64(i64 %v28, i64 0)
  %v30 = call i64 @llvm.smin.i64(i64 %v29, i64 16)
  %v31 = trunc i64 %v30 to i32
  %v32 = insertelement <16 x i32> poison, i32 %v31, i64 0
  %v33 = shufflevector <16 x i32> %v32, <16 x i32> poison, <16 x i32> zeroinitializer
  %v34 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v33
  %v35 = sub i64 68, %v20
  %v36 = call i64 @llvm.smax.i64(i64 %v35, i64 0)
  %v37 = call i64 @llvm.smin.i64(i64 %v36, i64 16)
  %v38 = trunc i64 %v37 to i32
  %v39 = insertelement <16 x i32> poison, i32 %v38, i64 0
  %v40 = shufflevector <16 x i32> %v39, <16 x i32> poison, <16 x i32> zeroinitializer
  %v41 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v40
  %v42 = sub i64 52, %v20
  %v43 = call i64 @llvm.smax.i64(i64 %v42, i64 0)
  %v44 = call i64 @llvm.smin.i64(i64 %v43, i64 16)
  %v45 = trunc i64 %v44 to i32
  %v46 = insertelement <16 x i32> poison, i32 %v45, i64 0
  %v47 = shufflevector <16 x i32> %v46, <16 x i32> poison, <16 x i32> zeroinitializer
  %v48 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v47
  %v49 = mul i64 %v14, 4
  %v50 = add i64 %v49, 0
  %v51 = add i64 %v49, 1
  %v52 = add i64 %v49, 2
  %v53 = add i64 %v49, 3
  %v54 = icmp slt i64 %v50, 7
  %v55 = icmp slt i64 %v51, 7
  %v56 = icmp slt i64 %v52, 7
  %v57 = icmp slt i64 %v53, 7
  %v58 = insertelement <16 x i1> poison, i1 %v54, i64 0
  %v59 = shufflevector <16 x i1> %v58, <16 x i1> poison, <16 x i32> zeroinitializer
  %v60 = and <16 x i1> %v27, %v59
  %v61 = insertelement <16 x i1> poison, i1 %v55, i64 0
  %v62 = shufflevector <16 x i1> %v61, <16 x i1> poison, <16 x i32> zeroinitializer
  %v63 = and <16 x i1> %v34, %v62
  %v64 = insertelement <16 x i1> poison, i1 %v56, i64 0
  %v65 = shufflevector <16 x i1> %v64, <16 x i1> poison, <16 x i32> zeroinitializer
  %v66 = and <16 x i1> %v41, %v65
  %v67 = insertelement <16 x i1> poison, i1 %v57, i64 0
  %v68 = shufflevector <16 x i1> %v67, <16 x i1> poison, <16 x i32> zeroinitializer
  %v69 = and <16 x i1> %v48, %v68
  %v71 = getelementptr float, ptr %v3, i64 %v20
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b1 ], [ %v84, %b2 ]
  %v16 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v80, %b2 ]
  %v17 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v81, %b2 ]
  %v18 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v82, %b2 ]
  %v19 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v83, %b2 ]
  %v70 = mul i64 %v15, 100
  %v72 = getelementptr float, ptr %v71, i64 %v70
  %v73 = getelementptr float, ptr %v72, i64 16
  %v74 = getelementptr float, ptr %v72, i64 32
  %v75 = getelementptr float, ptr %v72, i64 48
  %v76 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v72, <16 x i1> %v60, <16 x float> zeroinitializer)
  %v77 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v73, <16 x i1> %v63, <16 x float> zeroinitializer)
  %v78 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v74, <16 x i1> %v66, <16 x float> zeroinitializer)
  %v79 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v75, <16 x i1> %v69, <16 x float> zeroinitializer)
  %v80 = fadd <16 x float> %v76, %v16
  %v81 = fadd <16 x float> %v77, %v17
  %v82 = fadd <16 x float> %v78, %v18
  %v83 = fadd <16 x float> %v79, %v19
  %v84 = add nuw nsw i64 %v15, 1
  %v85 = icmp slt i64 %v84, 64
  br i1 %v85, label %b2, label %b3
b3:
  %v86 = getelementptr float, ptr %v1, i64 %v20
  %v87 = getelementptr float, ptr %v86, i64 16
  %v88 = getelementptr float, ptr %v86, i64 32
  %v89 = getelementptr float, ptr %v86, i64 48
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v80, ptr align 4 %v86, <16 x i1> %v60)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v81, ptr align 4 %v87, <16 x i1> %v63)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v82, ptr align 4 %v88, <16 x i1> %v66)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v83, ptr align 4 %v89, <16 x i1> %v69)
  %v90 = add nuw nsw i64 %v14, 1
  %v91 = icmp slt i64 %v90, %v13
  br i1 %v91, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
