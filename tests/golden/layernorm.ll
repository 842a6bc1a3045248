define void @sum_64x96(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = add i64 %thread, 1
  %v7 = mul i64 64, %thread
  %v8 = udiv i64 %v7, %threads
  %v9 = mul i64 64, %v6
  %v10 = udiv i64 %v9, %threads
  %v11 = icmp slt i64 %v8, %v10
  br i1 %v11, label %b0, label %end
b0:
  %v12 = sub i64 %v10, 1
  %v13 = add i64 %v12, 1
  br label %b1
b1:
  %v14 = phi i64 [ %v8, %b0 ], [ %v88, %b7 ]
  %v16 = mul i64 %v14, 96
  %v18 = getelementptr float, ptr %v3, i64 %v16
  br label %b3
b3:
  %v21 = phi i64 [ 0, %b1 ], [ %v31, %b3 ]
  %v22 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v29, %b3 ]
  %v23 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v30, %b3 ]
  %v24 = mul i64 %v21, 32
  %v25 = getelementptr float, ptr %v18, i64 %v24
  %v26 = getelementptr float, ptr %v25, i64 16
  %v27 = load <16 x float>, ptr %v25, align 4
  %v28 = load <16 x float>, ptr %v26, align 4
  %v29 = fadd <16 x float> %v27, %v22
  %v30 = fadd <16 x float> %v28, %v23
  %v31 = add nuw nsw i64 %v21, 1
  %v32 = icmp slt i64 %v31, 3
  br i1 %v32, label %b3, label %b4
b4:
  %v33 = fadd <16 x float> %v29, %v30
  %v34 = shufflevector <16 x float> %v33, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v35 = shufflevector <16 x float> %v33, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v36 = fadd <8 x float> %v34, %v35
  %v37 = shufflevector <8 x float> %v36, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v38 = shufflevector <8 x float> %v36, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v39 = fadd <4 x float> %v37, %v38
  %v40 = shufflevector <4 x float> %v39, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v41 = shufflevector <4 x float> %v39, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v42 = fadd <2 x float> %v40, %v41
  %v43 = extractelement <2 x float> %v42, i64 0
  %v44 = extractelement <2 x float> %v42, i64 1
  %v45 = fadd float %v43, %v44
  %v46 = fdiv float %v45, 0x4058000000000000
  %v47 = insertelement <16 x float> poison, float %v46, i64 0
  %v48 = shufflevector <16 x float> %v47, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b5
b5:
  %v50 = phi i64 [ 0, %b4 ], [ %v62, %b5 ]
  %v51 = phi <16 x float> [ splat (float 0x0000000000000000), %b4 ], [ %v60, %b5 ]
  %v52 = phi <16 x float> [ splat (float 0x0000000000000000), %b4 ], [ %v61, %b5 ]
  %v53 = mul i64 %v50, 32
  %v54 = getelementptr float, ptr %v18, i64 %v53
  %v55 = getelementptr float, ptr %v54, i64 16
  %v56 = load <16 x float>, ptr %v54, align 4
  %v57 = load <16 x float>, ptr %v55, align 4
  %v58 = fsub <16 x float> %v56, %v48
  %v59 = fsub <16 x float> %v57, %v48
  %v60 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v58, <16 x float> %v58, <16 x float> %v51)
  %v61 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v59, <16 x float> %v59, <16 x float> %v52)
  %v62 = add nuw nsw i64 %v50, 1
  %v63 = icmp slt i64 %v62, 3
  br i1 %v63, label %b5, label %b6
b6:
  %v64 = fadd <16 x float> %v60, %v61
  %v65 = shufflevector <16 x float> %v64, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v66 = shufflevector <16 x float> %v64, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v67 = fadd <8 x float> %v65, %v66
  %v68 = shufflevector <8 x float> %v67, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v69 = shufflevector <8 x float> %v67, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v70 = fadd <4 x float> %v68, %v69
  %v71 = shufflevector <4 x float> %v70, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v72 = shufflevector <4 x float> %v70, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v73 = fadd <2 x float> %v71, %v72
  %v74 = extractelement <2 x float> %v73, i64 0
  %v75 = extractelement <2 x float> %v73, i64 1
  %v76 = fadd float %v74, %v75
  %v77 = fdiv float %v76, 0x4058000000000000
  %v78 = fadd float %v77, 0x3EE4F8B580000000
  %v79 = call float @llvm.sqrt.f32(float %v78)
  %v80 = fdiv float 0x3FF0000000000000, %v79
  %v81 = insertelement <16 x float> poison, float %v80, i64 0
  %v82 = shufflevector <16 x float> %v81, <16 x float> poison, <16 x i32> zeroinitializer
  %v84 = getelementptr float, ptr %v1, i64 %v16
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b6 ], [ %v86, %b2 ]
  %v17 = mul i64 %v15, 16
  %v19 = getelementptr float, ptr %v18, i64 %v17
  %v20 = load <16 x float>, ptr %v19, align 4
  %v49 = fsub <16 x float> %v20, %v48
  %v83 = fmul <16 x float> %v49, %v82
  %v85 = getelementptr float, ptr %v84, i64 %v17
  store <16 x float> %v83, ptr %v85, align 4
  %v86 = add nuw nsw i64 %v15, 1
  %v87 = icmp slt i64 %v86, 6
  br i1 %v87, label %b2, label %b7
b7:
  %v88 = add nuw nsw i64 %v14, 1
  %v89 = icmp slt i64 %v88, %v13
  br i1 %v89, label %b1, label %b8
b8:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
