define void @max_sum_64x100(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v24 = alloca float, i64 100, align 64
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
  %v14 = phi i64 [ %v8, %b0 ], [ %v127, %b9 ]
  %v34 = mul i64 %v14, 100
  br label %b4
b4:
  %v38 = phi i64 [ 0, %b1 ], [ %v53, %b4 ]
  %v39 = phi <16 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v52, %b4 ]
  %v40 = mul i64 %v38, 16
  %v41 = sub i64 100, %v40
  %v42 = call i64 @llvm.smax.i64(i64 %v41, i64 0)
  %v43 = call i64 @llvm.smin.i64(i64 %v42, i64 16)
  %v44 = trunc i64 %v43 to i32
  %v45 = insertelement <16 x i32> poison, i32 %v44, i64 0
  %v46 = shufflevector <16 x i32> %v45, <16 x i32> poison, <16 x i32> zeroinitializer
  %v47 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v46
  %v48 = add i64 %v34, %v40
  %v49 = getelementptr float, ptr %v3, i64 %v48
  %v50 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v49, <16 x i1> %v47, <16 x float> zeroinitializer)
  %v51 = call <16 x float> @llvm.maximum.v16f32(<16 x float> %v50, <16 x float> %v39)
  %v52 = select <16 x i1> %v47, <16 x float> %v51, <16 x float> %v39
  %v53 = add nuw nsw i64 %v38, 1
  %v54 = icmp slt i64 %v53, 7
  br i1 %v54, label %b4, label %b5
b5:
  %v55 = shufflevector <16 x float> %v52, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v56 = shufflevector <16 x float> %v52, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v57 = call <8 x float> @llvm.maximum.v8f32(<8 x float> %v55, <8 x float> %v56)
  %v58 = shufflevector <8 x float> %v57, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v59 = shufflevector <8 x float> %v57, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v60 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v58, <4 x float> %v59)
  %v61 = shufflevector <4 x float> %v60, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v62 = shufflevector <4 x float> %v60, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v63 = call <2 x float> @llvm.maximum.v2f32(<2 x float> %v61, <2 x float> %v62)
  %v64 = extractelement <2 x float> %v63, i64 0
  %v65 = extractelement <2 x float> %v63, i64 1
  %v66 = call float @llvm.maximum.f32(float %v64, float %v65)
  %v67 = insertelement <16 x float> poison, float %v66, i64 0
  %v68 = shufflevector <16 x float> %v67, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b3
b3:
  %v25 = phi i64 [ 0, %b5 ], [ %v88, %b3 ]
  %v26 = mul i64 %v25, 16
  %v27 = sub i64 100, %v26
  %v28 = call i64 @llvm.smax.i64(i64 %v27, i64 0)
  %v29 = call i64 @llvm.smin.i64(i64 %v28, i64 16)
  %v30 = trunc i64 %v29 to i32
  %v31 = insertelement <16 x i32> poison, i32 %v30, i64 0
  %v32 = shufflevector <16 x i32> %v31, <16 x i32> poison, <16 x i32> zeroinitializer
  %v33 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v32
  %v35 = add i64 %v34, %v26
  %v36 = getelementptr float, ptr %v3, i64 %v35
  %v37 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v36, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v69 = fsub <16 x float> %v37, %v68
  %v70 = fcmp olt <16 x float> %v69, splat (float 0xC059FEB860000000)
  %v71 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v69, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x4168001FA0000000))
  %v72 = fsub <16 x float> %v71, splat (float 0x4168001FC0000000)
  %v73 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> splat (float 0x3FF0000000000000), <16 x float> %v72, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v74 = fsub <16 x float> %v71, splat (float 0x4168001FA0000000)
  %v75 = fcmp olt <16 x float> splat (float 0x4060000000000000), %v74
  %v76 = select <16 x i1> %v75, <16 x float> splat (float 0x4060000000000000), <16 x float> %v74
  %v77 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v76, <16 x float> splat (float 0xBFE6300000000000), <16 x float> %v69)
  %v78 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v76, <16 x float> splat (float 0x3F2BD01060000000), <16 x float> %v77)
  %v79 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v78, <16 x float> splat (float 0x3F66B63740000000), <16 x float> splat (float 0x3F91228F00000000))
  %v80 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v78, <16 x float> %v79, <16 x float> splat (float 0x3FB5557240000000))
  %v81 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v78, <16 x float> %v80, <16 x float> splat (float 0x3FD5554AE0000000))
  %v82 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v78, <16 x float> %v81, <16 x float> splat (float 0x3FEFFFFFE0000000))
  %v83 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v78, <16 x float> %v82, <16 x float> splat (float 0x4000000000000000))
  %v84 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v78, <16 x float> %v83, <16 x float> splat (float 0x4000000000000000))
  %v85 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> %v84, <16 x float> %v72, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v86 = select <16 x i1> %v70, <16 x float> splat (float 0x0000000000000000), <16 x float> %v85
  %v87 = getelementptr float, ptr %v24, i64 %v26
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v86, ptr align 4 %v87, <16 x i1> %v33)
  %v88 = add nuw nsw i64 %v25, 1
  %v89 = icmp slt i64 %v88, 7
  br i1 %v89, label %b3, label %b6
b6:
  br label %b7
b7:
  %v92 = phi i64 [ 0, %b6 ], [ %v105, %b7 ]
  %v93 = phi <16 x float> [ splat (float 0x0000000000000000), %b6 ], [ %v104, %b7 ]
  %v94 = mul i64 %v92, 16
  %v95 = sub i64 100, %v94
  %v96 = call i64 @llvm.smax.i64(i64 %v95, i64 0)
  %v97 = call i64 @llvm.smin.i64(i64 %v96, i64 16)
  %v98 = trunc i64 %v97 to i32
  %v99 = insertelement <16 x i32> poison, i32 %v98, i64 0
  %v100 = shufflevector <16 x i32> %v99, <16 x i32> poison, <16 x i32> zeroinitializer
  %v101 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v100
  %v102 = getelementptr float, ptr %v24, i64 %v94
  %v103 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v102, <16 x i1> %v101, <16 x float> zeroinitializer)
  %v104 = fadd <16 x float> %v103, %v93
  %v105 = add nuw nsw i64 %v92, 1
  %v106 = icmp slt i64 %v105, 7
  br i1 %v106, label %b7, label %b8
b8:
  %v107 = shufflevector <16 x float> %v104, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v108 = shufflevector <16 x float> %v104, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v109 = fadd <8 x float> %v107, %v108
  %v110 = shufflevector <8 x float> %v109, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v111 = shufflevector <8 x float> %v109, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v112 = fadd <4 x float> %v110, %v111
  %v113 = shufflevector <4 x float> %v112, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v114 = shufflevector <4 x float> %v112, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v115 = fadd <2 x float> %v113, %v114
  %v116 = extractelement <2 x float> %v115, i64 0
  %v117 = extractelement <2 x float> %v115, i64 1
  %v118 = fadd float %v116, %v117
  %v119 = fdiv float 0x3FF0000000000000, %v118
  %v120 = insertelement <16 x float> poison, float %v119, i64 0
  %v121 = shufflevector <16 x float> %v120, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b8 ], [ %v125, %b2 ]
  %v16 = mul i64 %v15, 16
  %v17 = sub i64 100, %v16
  %v18 = call i64 @llvm.smax.i64(i64 %v17, i64 0)
  %v19 = call i64 @llvm.smin.i64(i64 %v18, i64 16)
  %v20 = trunc i64 %v19 to i32
  %v21 = insertelement <16 x i32> poison, i32 %v20, i64 0
  %v22 = shufflevector <16 x i32> %v21, <16 x i32> poison, <16 x i32> zeroinitializer
  %v23 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v22
  %v90 = getelementptr float, ptr %v24, i64 %v16
  %v91 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v90, <16 x i1> %v23, <16 x float> zeroinitializer)
  %v122 = fmul <16 x float> %v91, %v121
  %v123 = add i64 %v34, %v16
  %v124 = getelementptr float, ptr %v1, i64 %v123
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v122, ptr align 4 %v124, <16 x i1> %v23)
  %v125 = add nuw nsw i64 %v15, 1
  %v126 = icmp slt i64 %v125, 7
  br i1 %v126, label %b2, label %b9
b9:
  %v127 = add nuw nsw i64 %v14, 1
  %v128 = icmp slt i64 %v127, %v13
  br i1 %v128, label %b1, label %b10
b10:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
