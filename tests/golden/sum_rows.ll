define void @dot_64(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = getelementptr ptr, ptr %args, i64 3
  %v7 = load ptr, ptr %v6, align 8
  %v8 = add i64 %thread, 1
  %v9 = mul i64 16, %thread
  %v10 = udiv i64 %v9, %threads
  %v11 = mul i64 16, %v8
  %v12 = udiv i64 %v11, %threads
  %v13 = icmp slt i64 %v10, %v12
  br i1 %v13, label %b0, label %end
b0:
  %v14 = sub i64 %v12, 1
  %v15 = add i64 %v14, 1
  br label %b1
b1:
  %v16 = phi i64 [ %v10, %b0 ], [ %v111, %b3 ]
  %v30 = mul i64 %v16, 400
  br label %b2
b2:
  %v17 = phi i64 [ 0, %b1 ], [ %v56, %b2 ]
  %v18 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v49, %b2 ]
  %v19 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v51, %b2 ]
  %v20 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v53, %b2 ]
  %v21 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v55, %b2 ]
  %v22 = mul i64 %v17, 16
  %v23 = sub i64 100, %v22
  %v24 = call i64 @llvm.smax.i64(i64 %v23, i64 0)
  %v25 = call i64 @llvm.smin.i64(i64 %v24, i64 16)
  %v26 = trunc i64 %v25 to i32
  %v27 = insertelement <16 x i32> poison, i32 %v26, i64 0
  %v28 = shufflevector <16 x i32> %v27, <16 x i32> poison, <16 x i32> zeroinitializer
  %v29 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v28
  %v31 = add i64 %v30, %v22
  %v32 = getelementptr float, ptr %v3, i64 %v31
  %v33 = getelementptr float, ptr %v32, i64 100
  %v34 = getelementptr float, ptr %v32, i64 200
  %v35 = getelementptr float, ptr %v32, i64 300
  %v36 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v32, <16 x i1> %v29, <16 x float> zeroinitializer)
  %v37 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v33, <16 x i1> %v29, <16 x float> zeroinitializer)
  %v38 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v34, <16 x i1> %v29, <16 x float> zeroinitializer)
  %v39 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v35, <16 x i1> %v29, <16 x float> zeroinitializer)
  %v40 = getelementptr float, ptr %v5, i64 %v31
  %v41 = getelementptr float, ptr %v40, i64 100
  %v42 = getelementptr float, ptr %v40, i64 200
  %v43 = getelementptr float, ptr %v40, i64 300
  %v44 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v40, <16 x i1> %v29, <16 x float> zeroinitializer)
  %v45 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v41, <16 x i1> %v29, <16 x float> zeroinitializer)
  %v46 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v42, <16 x i1> %v29, <16 x float> zeroinitializer)
  %v47 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v43, <16 x i1> %v29, <16 x float> zeroinitializer)
  %v48 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v36, <16 x float> %v44, <16 x float> %v18)
  %v49 = select <16 x i1> %v29, <16 x float> %v48, <16 x float> %v18
  %v50 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v37, <16 x float> %v45, <16 x float> %v19)
  %v51 = select <16 x i1> %v29, <16 x float> %v50, <16 x float> %v19
  %v52 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v38, <16 x float> %v46, <16 x float> %v20)
  %v53 = select <16 x i1> %v29, <16 x float> %v52, <16 x float> %v20
  %v54 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v39, <16 x float> %v47, <16 x float> %v21)
  %v55 = select <16 x i1> %v29, <16 x float> %v54, <16 x float> %v21
  %v56 = add nuw nsw i64 %v17, 1
  %v57 = icmp slt i64 %v56, 7
  br i1 %v57, label %b2, label %b3
b3:
  %v58 = shufflevector <16 x float> %v49, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v59 = shufflevector <16 x float> %v49, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v60 = fadd <8 x float> %v58, %v59
  %v61 = shufflevector <8 x float> %v60, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v62 = shufflevector <8 x float> %v60, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v63 = fadd <4 x float> %v61, %v62
  %v64 = shufflevector <4 x float> %v63, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v65 = shufflevector <4 x float> %v63, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v66 = fadd <2 x float> %v64, %v65
  %v67 = extractelement <2 x float> %v66, i64 0
  %v68 = extractelement <2 x float> %v66, i64 1
  %v69 = fadd float %v67, %v68
  %v70 = shufflevector <16 x float> %v51, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v71 = shufflevector <16 x float> %v51, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v72 = fadd <8 x float> %v70, %v71
  %v73 = shufflevector <8 x float> %v72, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v74 = shufflevector <8 x float> %v72, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v75 = fadd <4 x float> %v73, %v74
  %v76 = shufflevector <4 x float> %v75, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v77 = shufflevector <4 x float> %v75, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v78 = fadd <2 x float> %v76, %v77
  %v79 = extractelement <2 x float> %v78, i64 0
  %v80 = extractelement <2 x float> %v78, i64 1
  %v81 = fadd float %v79, %v80
  %v82 = shufflevector <16 x float> %v53, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v83 = shufflevector <16 x float> %v53, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v84 = fadd <8 x float> %v82, %v83
  %v85 = shufflevector <8 x float> %v84, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v86 = shufflevector <8 x float> %v84, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v87 = fadd <4 x float> %v85, %v86
  %v88 = shufflevector <4 x float> %v87, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v89 = shufflevector <4 x float> %v87, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v90 = fadd <2 x float> %v88, %v89
  %v91 = extractelement <2 x float> %v90, i64 0
  %v92 = extractelement <2 x float> %v90, i64 1
  %v93 = fadd float %v91, %v92
  %v94 = shufflevector <16 x float> %v55, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v95 = shufflevector <16 x float> %v55, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v96 = fadd <8 x float> %v94, %v95
  %v97 = shufflevector <8 x float> %v96, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v98 = shufflevector <8 x float> %v96, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v99 = fadd <4 x float> %v97, %v98
  %v100 = shufflevector <4 x float> %v99, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v101 = shufflevector <4 x float> %v99, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v102 = fadd <2 x float> %v100, %v101
  %v103 = extractelement <2 x float> %v102, i64 0
  %v104 = extractelement <2 x float> %v102, i64 1
  %v105 = fadd float %v103, %v104
  %v106 = mul i64 %v16, 4
  %v107 = getelementptr float, ptr %v1, i64 %v106
  %v108 = getelementptr float, ptr %v107, i64 1
  %v109 = getelementptr float, ptr %v107, i64 2
  %v110 = getelementptr float, ptr %v107, i64 3
  store float %v69, ptr %v107, align 4
  store float %v81, ptr %v108, align 4
  store float %v93, ptr %v109, align 4
  store float %v105, ptr %v110, align 4
  %v111 = add nuw nsw i64 %v16, 1
  %v112 = icmp slt i64 %v111, %v15
  br i1 %v112, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
