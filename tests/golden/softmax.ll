define void @max_sum_64x100(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
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
  %v14 = phi i64 [ %v8, %b0 ], [ %v149, %b7 ]
  %v24 = mul i64 %v14, 100
  br label %b3
b3:
  %v28 = phi i64 [ 0, %b1 ], [ %v43, %b3 ]
  %v29 = phi <16 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v42, %b3 ]
  %v30 = mul i64 %v28, 16
  %v31 = sub i64 100, %v30
  %v32 = call i64 @llvm.smax.i64(i64 %v31, i64 0)
  %v33 = call i64 @llvm.smin.i64(i64 %v32, i64 16)
  %v34 = trunc i64 %v33 to i32
  %v35 = insertelement <16 x i32> poison, i32 %v34, i64 0
  %v36 = shufflevector <16 x i32> %v35, <16 x i32> poison, <16 x i32> zeroinitializer
  %v37 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v36
  %v38 = add i64 %v24, %v30
  %v39 = getelementptr float, ptr %v3, i64 %v38
  %v40 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v39, <16 x i1> %v37, <16 x float> zeroinitializer)
  %v41 = call <16 x float> @llvm.maximum.v16f32(<16 x float> %v40, <16 x float> %v29)
  %v42 = select <16 x i1> %v37, <16 x float> %v41, <16 x float> %v29
  %v43 = add nuw nsw i64 %v28, 1
  %v44 = icmp slt i64 %v43, 7
  br i1 %v44, label %b3, label %b4
b4:
  %v45 = shufflevector <16 x float> %v42, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v46 = shufflevector <16 x float> %v42, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v47 = call <8 x float> @llvm.maximum.v8f32(<8 x float> %v45, <8 x float> %v46)
  %v48 = shufflevector <8 x float> %v47, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v49 = shufflevector <8 x float> %v47, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v50 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v48, <4 x float> %v49)
  %v51 = shufflevector <4 x float> %v50, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v52 = shufflevector <4 x float> %v50, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v53 = call <2 x float> @llvm.maximum.v2f32(<2 x float> %v51, <2 x float> %v52)
  %v54 = extractelement <2 x float> %v53, i64 0
  %v55 = extractelement <2 x float> %v53, i64 1
  %v56 = call float @llvm.maximum.f32(float %v54, float %v55)
  %v57 = insertelement <16 x float> poison, float %v56, i64 0
  %v58 = shufflevector <16 x float> %v57, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b5
b5:
  %v87 = phi i64 [ 0, %b4 ], [ %v129, %b5 ]
  %v88 = phi <16 x float> [ splat (float 0x0000000000000000), %b4 ], [ %v128, %b5 ]
  %v89 = mul i64 %v87, 16
  %v90 = sub i64 100, %v89
  %v91 = call i64 @llvm.smax.i64(i64 %v90, i64 0)
  %v92 = call i64 @llvm.smin.i64(i64 %v91, i64 16)
  %v93 = trunc i64 %v92 to i32
  %v94 = insertelement <16 x i32> poison, i32 %v93, i64 0
  %v95 = shufflevector <16 x i32> %v94, <16 x i32> poison, <16 x i32> zeroinitializer
  %v96 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v95
  %v97 = add i64 %v24, %v89
  %v98 = getelementptr float, ptr %v3, i64 %v97
  %v99 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v98, <16 x i1> %v96, <16 x float> zeroinitializer)
  %v100 = fsub <16 x float> %v99, %v58
  %v101 = fcmp olt <16 x float> splat (float 0xC05A000000000000), %v100
  %v102 = select <16 x i1> %v101, <16 x float> %v100, <16 x float> splat (float 0xC05A000000000000)
  %v103 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v102, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x4168001FA0000000))
  %v104 = fcmp olt <16 x float> splat (float 0x4168003F80000000), %v103
  %v105 = select <16 x i1> %v104, <16 x float> splat (float 0x4168003F80000000), <16 x float> %v103
  %v106 = bitcast <16 x float> %v105 to <16 x i32>
  %v107 = ashr <16 x i32> %v106, splat (i32 1)
  %v108 = shl <16 x i32> %v107, splat (i32 23)
  %v109 = bitcast <16 x i32> %v108 to <16 x float>
  %v110 = sub <16 x i32> %v106, %v107
  %v111 = shl <16 x i32> %v110, splat (i32 23)
  %v112 = bitcast <16 x i32> %v111 to <16 x float>
  %v113 = fmul <16 x float> %v109, %v112
  %v114 = fsub <16 x float> %v103, splat (float 0x4168001FA0000000)
  %v115 = fcmp olt <16 x float> splat (float 0x4060000000000000), %v114
  %v116 = select <16 x i1> %v115, <16 x float> splat (float 0x4060000000000000), <16 x float> %v114
  %v117 = fcmp olt <16 x float> %v100, splat (float 0xC05A000000000000)
  %v118 = select <16 x i1> %v117, <16 x float> splat (float 0xC05A000000000000), <16 x float> %v100
  %v119 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v116, <16 x float> splat (float 0xBFE6300000000000), <16 x float> %v118)
  %v120 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v116, <16 x float> splat (float 0x3F2BD01060000000), <16 x float> %v119)
  %v121 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> splat (float 0x3F66B63740000000), <16 x float> splat (float 0x3F91228F00000000))
  %v122 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> %v121, <16 x float> splat (float 0x3FB5557240000000))
  %v123 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> %v122, <16 x float> splat (float 0x3FD5554AE0000000))
  %v124 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> %v123, <16 x float> splat (float 0x3FEFFFFFE0000000))
  %v125 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> %v124, <16 x float> splat (float 0x4000000000000000))
  %v126 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> %v125, <16 x float> splat (float 0x4000000000000000))
  %v127 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v113, <16 x float> %v126, <16 x float> %v88)
  %v128 = select <16 x i1> %v96, <16 x float> %v127, <16 x float> %v88
  %v129 = add nuw nsw i64 %v87, 1
  %v130 = icmp slt i64 %v129, 7
  br i1 %v130, label %b5, label %b6
b6:
  %v131 = shufflevector <16 x float> %v128, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v132 = shufflevector <16 x float> %v128, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v133 = fadd <8 x float> %v131, %v132
  %v134 = shufflevector <8 x float> %v133, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v135 = shufflevector <8 x float> %v133, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v136 = fadd <4 x float> %v134, %v135
  %v137 = shufflevector <4 x float> %v136, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v138 = shufflevector <4 x float> %v136, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v139 = fadd <2 x float> %v137, %v138
  %v140 = extractelement <2 x float> %v139, i64 0
  %v141 = extractelement <2 x float> %v139, i64 1
  %v142 = fadd float %v140, %v141
  %v143 = insertelement <16 x float> poison, float %v142, i64 0
  %v144 = shufflevector <16 x float> %v143, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b6 ], [ %v147, %b2 ]
  %v16 = mul i64 %v15, 16
  %v17 = sub i64 100, %v16
  %v18 = call i64 @llvm.smax.i64(i64 %v17, i64 0)
  %v19 = call i64 @llvm.smin.i64(i64 %v18, i64 16)
  %v20 = trunc i64 %v19 to i32
  %v21 = insertelement <16 x i32> poison, i32 %v20, i64 0
  %v22 = shufflevector <16 x i32> %v21, <16 x i32> poison, <16 x i32> zeroinitializer
  %v23 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v22
  %v25 = add i64 %v24, %v16
  %v26 = getelementptr float, ptr %v3, i64 %v25
  %v27 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v26, <16 x i1> %v23, <16 x float> zeroinitializer)
  %v59 = fsub <16 x float> %v27, %v58
  %v60 = fcmp olt <16 x float> splat (float 0xC05A000000000000), %v59
  %v61 = select <16 x i1> %v60, <16 x float> %v59, <16 x float> splat (float 0xC05A000000000000)
  %v62 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v61, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x4168001FA0000000))
  %v63 = fcmp olt <16 x float> splat (float 0x4168003F80000000), %v62
  %v64 = select <16 x i1> %v63, <16 x float> splat (float 0x4168003F80000000), <16 x float> %v62
  %v65 = bitcast <16 x float> %v64 to <16 x i32>
  %v66 = ashr <16 x i32> %v65, splat (i32 1)
  %v67 = shl <16 x i32> %v66, splat (i32 23)
  %v68 = bitcast <16 x i32> %v67 to <16 x float>
  %v69 = sub <16 x i32> %v65, %v66
  %v70 = shl <16 x i32> %v69, splat (i32 23)
  %v71 = bitcast <16 x i32> %v70 to <16 x float>
  %v72 = fmul <16 x float> %v68, %v71
  %v73 = fsub <16 x float> %v62, splat (float 0x4168001FA0000000)
  %v74 = fcmp olt <16 x float> splat (float 0x4060000000000000), %v73
  %v75 = select <16 x i1> %v74, <16 x float> splat (float 0x4060000000000000), <16 x float> %v73
  %v76 = fcmp olt <16 x float> %v59, splat (float 0xC05A000000000000)
  %v77 = select <16 x i1> %v76, <16 x float> splat (float 0xC05A000000000000), <16 x float> %v59
  %v78 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v75, <16 x float> splat (float 0xBFE6300000000000), <16 x float> %v77)
  %v79 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v75, <16 x float> splat (float 0x3F2BD01060000000), <16 x float> %v78)
  %v80 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v79, <16 x float> splat (float 0x3F66B63740000000), <16 x float> splat (float 0x3F91228F00000000))
  %v81 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v79, <16 x float> %v80, <16 x float> splat (float 0x3FB5557240000000))
  %v82 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v79, <16 x float> %v81, <16 x float> splat (float 0x3FD5554AE0000000))
  %v83 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v79, <16 x float> %v82, <16 x float> splat (float 0x3FEFFFFFE0000000))
  %v84 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v79, <16 x float> %v83, <16 x float> splat (float 0x4000000000000000))
  %v85 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v79, <16 x float> %v84, <16 x float> splat (float 0x4000000000000000))
  %v86 = fmul <16 x float> %v72, %v85
  %v145 = fdiv <16 x float> %v86, %v144
  %v146 = getelementptr float, ptr %v1, i64 %v25
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v145, ptr align 4 %v146, <16 x i1> %v23)
  %v147 = add nuw nsw i64 %v15, 1
  %v148 = icmp slt i64 %v147, 7
  br i1 %v148, label %b2, label %b7
b7:
  %v149 = add nuw nsw i64 %v14, 1
  %v150 = icmp slt i64 %v149, %v13
  br i1 %v150, label %b1, label %b8
b8:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
