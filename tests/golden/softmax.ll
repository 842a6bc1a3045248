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
  %v14 = phi i64 [ %v8, %b0 ], [ %v162, %b7 ]
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
  %v93 = phi i64 [ 0, %b4 ], [ %v142, %b5 ]
  %v94 = phi <16 x float> [ splat (float 0x0000000000000000), %b4 ], [ %v141, %b5 ]
  %v95 = mul i64 %v93, 16
  %v96 = sub i64 100, %v95
  %v97 = call i64 @llvm.smax.i64(i64 %v96, i64 0)
  %v98 = call i64 @llvm.smin.i64(i64 %v97, i64 16)
  %v99 = trunc i64 %v98 to i32
  %v100 = insertelement <16 x i32> poison, i32 %v99, i64 0
  %v101 = shufflevector <16 x i32> %v100, <16 x i32> poison, <16 x i32> zeroinitializer
  %v102 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v101
  %v103 = add i64 %v24, %v95
  %v104 = getelementptr float, ptr %v3, i64 %v103
  %v105 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v104, <16 x i1> %v102, <16 x float> zeroinitializer)
  %v106 = fsub <16 x float> %v105, %v58
  %v107 = fcmp olt <16 x float> %v106, splat (float 0xC05A000000000000)
  %v108 = select <16 x i1> %v107, <16 x float> splat (float 0xC05A000000000000), <16 x float> %v106
  %v109 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v108, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x40A8000000000000))
  %v110 = fsub <16 x float> %v109, splat (float 0x40A8000000000000)
  %v111 = fcmp olt <16 x float> splat (float 0x405FFFFC00000000), %v110
  %v112 = fsub <16 x float> %v110, splat (float 0x3F30000000000000)
  %v113 = select <16 x i1> %v111, <16 x float> %v112, <16 x float> %v110
  %v114 = fcmp olt <16 x float> %v113, splat (float 0xC062C00000000000)
  %v115 = select <16 x i1> %v114, <16 x float> splat (float 0xC06FC00000000000), <16 x float> %v113
  %v116 = fcmp olt <16 x float> splat (float 0x406FC00000000000), %v115
  %v117 = select <16 x i1> %v116, <16 x float> splat (float 0x406FC00000000000), <16 x float> %v115
  %v118 = fadd <16 x float> %v117, splat (float 0x4168001FC0000000)
  %v119 = fsub <16 x float> %v118, splat (float 0x4168001FC0000000)
  %v120 = fsub <16 x float> %v117, %v119
  %v121 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> splat (float 0x3F23F90660000000), <16 x float> splat (float 0x3F55F0A660000000))
  %v122 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> %v121, <16 x float> splat (float 0x3F83B30B00000000))
  %v123 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> %v122, <16 x float> splat (float 0x3FAC6AF780000000))
  %v124 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> %v123, <16 x float> splat (float 0x3FCEBFBD80000000))
  %v125 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> %v124, <16 x float> splat (float 0x3FE62E4300000000))
  %v126 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v120, <16 x float> %v125, <16 x float> splat (float 0x3FF0000000000000))
  %v127 = bitcast <16 x float> %v118 to <16 x i32>
  %v128 = ashr <16 x i32> %v127, splat (i32 1)
  %v129 = shl <16 x i32> %v128, splat (i32 23)
  %v130 = bitcast <16 x i32> %v129 to <16 x float>
  %v131 = fmul <16 x float> %v126, %v130
  %v132 = sub <16 x i32> %v127, %v128
  %v133 = shl <16 x i32> %v132, splat (i32 23)
  %v134 = bitcast <16 x i32> %v133 to <16 x float>
  %v135 = fmul <16 x float> %v131, %v134
  %v136 = select <16 x i1> %v111, <16 x float> splat (float 0x405FFFFC00000000), <16 x float> %v110
  %v137 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v136, <16 x float> splat (float 0xBFE6000000000000), <16 x float> %v108)
  %v138 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v136, <16 x float> splat (float 0xBF77217F80000000), <16 x float> %v137)
  %v139 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v135, <16 x float> %v138, <16 x float> %v135)
  %v140 = fadd <16 x float> %v139, %v94
  %v141 = select <16 x i1> %v102, <16 x float> %v140, <16 x float> %v94
  %v142 = add nuw nsw i64 %v93, 1
  %v143 = icmp slt i64 %v142, 7
  br i1 %v143, label %b5, label %b6
b6:
  %v144 = shufflevector <16 x float> %v141, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v145 = shufflevector <16 x float> %v141, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v146 = fadd <8 x float> %v144, %v145
  %v147 = shufflevector <8 x float> %v146, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v148 = shufflevector <8 x float> %v146, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v149 = fadd <4 x float> %v147, %v148
  %v150 = shufflevector <4 x float> %v149, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v151 = shufflevector <4 x float> %v149, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v152 = fadd <2 x float> %v150, %v151
  %v153 = extractelement <2 x float> %v152, i64 0
  %v154 = extractelement <2 x float> %v152, i64 1
  %v155 = fadd float %v153, %v154
  %v156 = insertelement <16 x float> poison, float %v155, i64 0
  %v157 = shufflevector <16 x float> %v156, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b6 ], [ %v160, %b2 ]
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
  %v60 = fcmp olt <16 x float> %v59, splat (float 0xC05A000000000000)
  %v61 = select <16 x i1> %v60, <16 x float> splat (float 0xC05A000000000000), <16 x float> %v59
  %v62 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v61, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x40A8000000000000))
  %v63 = fsub <16 x float> %v62, splat (float 0x40A8000000000000)
  %v64 = fcmp olt <16 x float> splat (float 0x405FFFFC00000000), %v63
  %v65 = fsub <16 x float> %v63, splat (float 0x3F30000000000000)
  %v66 = select <16 x i1> %v64, <16 x float> %v65, <16 x float> %v63
  %v67 = fcmp olt <16 x float> %v66, splat (float 0xC062C00000000000)
  %v68 = select <16 x i1> %v67, <16 x float> splat (float 0xC06FC00000000000), <16 x float> %v66
  %v69 = fcmp olt <16 x float> splat (float 0x406FC00000000000), %v68
  %v70 = select <16 x i1> %v69, <16 x float> splat (float 0x406FC00000000000), <16 x float> %v68
  %v71 = fadd <16 x float> %v70, splat (float 0x4168001FC0000000)
  %v72 = fsub <16 x float> %v71, splat (float 0x4168001FC0000000)
  %v73 = fsub <16 x float> %v70, %v72
  %v74 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v73, <16 x float> splat (float 0x3F23F90660000000), <16 x float> splat (float 0x3F55F0A660000000))
  %v75 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v73, <16 x float> %v74, <16 x float> splat (float 0x3F83B30B00000000))
  %v76 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v73, <16 x float> %v75, <16 x float> splat (float 0x3FAC6AF780000000))
  %v77 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v73, <16 x float> %v76, <16 x float> splat (float 0x3FCEBFBD80000000))
  %v78 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v73, <16 x float> %v77, <16 x float> splat (float 0x3FE62E4300000000))
  %v79 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v73, <16 x float> %v78, <16 x float> splat (float 0x3FF0000000000000))
  %v80 = bitcast <16 x float> %v71 to <16 x i32>
  %v81 = ashr <16 x i32> %v80, splat (i32 1)
  %v82 = shl <16 x i32> %v81, splat (i32 23)
  %v83 = bitcast <16 x i32> %v82 to <16 x float>
  %v84 = fmul <16 x float> %v79, %v83
  %v85 = sub <16 x i32> %v80, %v81
  %v86 = shl <16 x i32> %v85, splat (i32 23)
  %v87 = bitcast <16 x i32> %v86 to <16 x float>
  %v88 = fmul <16 x float> %v84, %v87
  %v89 = select <16 x i1> %v64, <16 x float> splat (float 0x405FFFFC00000000), <16 x float> %v63
  %v90 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v89, <16 x float> splat (float 0xBFE6000000000000), <16 x float> %v61)
  %v91 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v89, <16 x float> splat (float 0xBF77217F80000000), <16 x float> %v90)
  %v92 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v88, <16 x float> %v91, <16 x float> %v88)
  %v158 = fdiv <16 x float> %v92, %v157
  %v159 = getelementptr float, ptr %v1, i64 %v25
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v158, ptr align 4 %v159, <16 x i1> %v23)
  %v160 = add nuw nsw i64 %v15, 1
  %v161 = icmp slt i64 %v160, 7
  br i1 %v161, label %b2, label %b7
b7:
  %v162 = add nuw nsw i64 %v14, 1
  %v163 = icmp slt i64 %v162, %v13
  br i1 %v163, label %b1, label %b8
b8:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
