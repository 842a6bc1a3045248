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
  %v9 = mul i64 8, %thread
  %v10 = udiv i64 %v9, %threads
  %v11 = mul i64 8, %v8
  %v12 = udiv i64 %v11, %threads
  %v13 = icmp slt i64 %v10, %v12
  br i1 %v13, label %b0, label %end
b0:
  %v14 = sub i64 %v12, 1
  %v15 = add i64 %v14, 1
  br label %b1
b1:
  %v16 = phi i64 [ %v10, %b0 ], [ %v183, %b3 ]
  %v34 = mul i64 %v16, 800
  br label %b2
b2:
  %v17 = phi i64 [ 0, %b1 ], [ %v76, %b2 ]
  %v18 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v68, %b2 ]
  %v19 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v69, %b2 ]
  %v20 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v70, %b2 ]
  %v21 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v71, %b2 ]
  %v22 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v72, %b2 ]
  %v23 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v73, %b2 ]
  %v24 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v74, %b2 ]
  %v25 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v75, %b2 ]
  %v26 = mul i64 %v17, 16
  %v27 = sub i64 100, %v26
  %v28 = call i64 @llvm.smax.i64(i64 %v27, i64 0)
  %v29 = call i64 @llvm.smin.i64(i64 %v28, i64 16)
  %v30 = trunc i64 %v29 to i32
  %v31 = insertelement <16 x i32> poison, i32 %v30, i64 0
  %v32 = shufflevector <16 x i32> %v31, <16 x i32> poison, <16 x i32> zeroinitializer
  %v33 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v32
  %v35 = add i64 %v34, %v26
  %v36 = getelementptr float, ptr %v3, i64 %v35
  %v37 = getelementptr float, ptr %v36, i64 100
  %v38 = getelementptr float, ptr %v36, i64 200
  %v39 = getelementptr float, ptr %v36, i64 300
  %v40 = getelementptr float, ptr %v36, i64 400
  %v41 = getelementptr float, ptr %v36, i64 500
  %v42 = getelementptr float, ptr %v36, i64 600
  %v43 = getelementptr float, ptr %v36, i64 700
  %v44 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v36, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v45 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v37, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v46 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v38, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v47 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v39, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v48 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v40, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v49 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v41, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v50 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v42, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v51 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v43, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v52 = getelementptr float, ptr %v5, i64 %v35
  %v53 = getelementptr float, ptr %v52, i64 100
  %v54 = getelementptr float, ptr %v52, i64 200
  %v55 = getelementptr float, ptr %v52, i64 300
  %v56 = getelementptr float, ptr %v52, i64 400
  %v57 = getelementptr float, ptr %v52, i64 500
  %v58 = getelementptr float, ptr %v52, i64 600
  %v59 = getelementptr float, ptr %v52, i64 700
  %v60 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v52, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v61 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v53, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v62 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v54, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v63 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v55, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v64 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v56, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v65 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v57, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v66 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v58, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v67 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v59, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v68 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v44, <16 x float> %v60, <16 x float> %v18)
  %v69 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v45, <16 x float> %v61, <16 x float> %v19)
  %v70 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v46, <16 x float> %v62, <16 x float> %v20)
  %v71 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v47, <16 x float> %v63, <16 x float> %v21)
  %v72 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v48, <16 x float> %v64, <16 x float> %v22)
  %v73 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v49, <16 x float> %v65, <16 x float> %v23)
  %v74 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v50, <16 x float> %v66, <16 x float> %v24)
  %v75 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v51, <16 x float> %v67, <16 x float> %v25)
  %v76 = add nuw nsw i64 %v17, 1
  %v77 = icmp slt i64 %v76, 7
  br i1 %v77, label %b2, label %b3
b3:
  %v78 = shufflevector <16 x float> %v68, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v79 = shufflevector <16 x float> %v68, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v80 = fadd <8 x float> %v78, %v79
  %v81 = shufflevector <8 x float> %v80, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v82 = shufflevector <8 x float> %v80, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v83 = fadd <4 x float> %v81, %v82
  %v84 = shufflevector <4 x float> %v83, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v85 = shufflevector <4 x float> %v83, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v86 = fadd <2 x float> %v84, %v85
  %v87 = extractelement <2 x float> %v86, i64 0
  %v88 = extractelement <2 x float> %v86, i64 1
  %v89 = fadd float %v87, %v88
  %v90 = shufflevector <16 x float> %v69, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v91 = shufflevector <16 x float> %v69, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v92 = fadd <8 x float> %v90, %v91
  %v93 = shufflevector <8 x float> %v92, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v94 = shufflevector <8 x float> %v92, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v95 = fadd <4 x float> %v93, %v94
  %v96 = shufflevector <4 x float> %v95, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v97 = shufflevector <4 x float> %v95, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v98 = fadd <2 x float> %v96, %v97
  %v99 = extractelement <2 x float> %v98, i64 0
  %v100 = extractelement <2 x float> %v98, i64 1
  %v101 = fadd float %v99, %v100
  %v102 = shufflevector <16 x float> %v70, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v103 = shufflevector <16 x float> %v70, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v104 = fadd <8 x float> %v102, %v103
  %v105 = shufflevector <8 x float> %v104, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v106 = shufflevector <8 x float> %v104, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v107 = fadd <4 x float> %v105, %v106
  %v108 = shufflevector <4 x float> %v107, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v109 = shufflevector <4 x float> %v107, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v110 = fadd <2 x float> %v108, %v109
  %v111 = extractelement <2 x float> %v110, i64 0
  %v112 = extractelement <2 x float> %v110, i64 1
  %v113 = fadd float %v111, %v112
  %v114 = shufflevector <16 x float> %v71, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v115 = shufflevector <16 x float> %v71, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v116 = fadd <8 x float> %v114, %v115
  %v117 = shufflevector <8 x float> %v116, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v118 = shufflevector <8 x float> %v116, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v119 = fadd <4 x float> %v117, %v118
  %v120 = shufflevector <4 x float> %v119, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v121 = shufflevector <4 x float> %v119, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v122 = fadd <2 x float> %v120, %v121
  %v123 = extractelement <2 x float> %v122, i64 0
  %v124 = extractelement <2 x float> %v122, i64 1
  %v125 = fadd float %v123, %v124
  %v126 = shufflevector <16 x float> %v72, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v127 = shufflevector <16 x float> %v72, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v128 = fadd <8 x float> %v126, %v127
  %v129 = shufflevector <8 x float> %v128, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v130 = shufflevector <8 x float> %v128, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v131 = fadd <4 x float> %v129, %v130
  %v132 = shufflevector <4 x float> %v131, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v133 = shufflevector <4 x float> %v131, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v134 = fadd <2 x float> %v132, %v133
  %v135 = extractelement <2 x float> %v134, i64 0
  %v136 = extractelement <2 x float> %v134, i64 1
  %v137 = fadd float %v135, %v136
  %v138 = shufflevector <16 x float> %v73, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v139 = shufflevector <16 x float> %v73, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v140 = fadd <8 x float> %v138, %v139
  %v141 = shufflevector <8 x float> %v140, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v142 = shufflevector <8 x float> %v140, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v143 = fadd <4 x float> %v141, %v142
  %v144 = shufflevector <4 x float> %v143, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v145 = shufflevector <4 x float> %v143, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v146 = fadd <2 x float> %v144, %v145
  %v147 = extractelement <2 x float> %v146, i64 0
  %v148 = extractelement <2 x float> %v146, i64 1
  %v149 = fadd float %v147, %v148
  %v150 = shufflevector <16 x float> %v74, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v151 = shufflevector <16 x float> %v74, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v152 = fadd <8 x float> %v150, %v151
  %v153 = shufflevector <8 x float> %v152, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v154 = shufflevector <8 x float> %v152, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v155 = fadd <4 x float> %v153, %v154
  %v156 = shufflevector <4 x float> %v155, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v157 = shufflevector <4 x float> %v155, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v158 = fadd <2 x float> %v156, %v157
  %v159 = extractelement <2 x float> %v158, i64 0
  %v160 = extractelement <2 x float> %v158, i64 1
  %v161 = fadd float %v159, %v160
  %v162 = shufflevector <16 x float> %v75, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v163 = shufflevector <16 x float> %v75, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v164 = fadd <8 x float> %v162, %v163
  %v165 = shufflevector <8 x float> %v164, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v166 = shufflevector <8 x float> %v164, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v167 = fadd <4 x float> %v165, %v166
  %v168 = shufflevector <4 x float> %v167, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v169 = shufflevector <4 x float> %v167, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v170 = fadd <2 x float> %v168, %v169
  %v171 = extractelement <2 x float> %v170, i64 0
  %v172 = extractelement <2 x float> %v170, i64 1
  %v173 = fadd float %v171, %v172
  %v174 = mul i64 %v16, 8
  %v175 = getelementptr float, ptr %v1, i64 %v174
  %v176 = getelementptr float, ptr %v175, i64 1
  %v177 = getelementptr float, ptr %v175, i64 2
  %v178 = getelementptr float, ptr %v175, i64 3
  %v179 = getelementptr float, ptr %v175, i64 4
  %v180 = getelementptr float, ptr %v175, i64 5
  %v181 = getelementptr float, ptr %v175, i64 6
  %v182 = getelementptr float, ptr %v175, i64 7
  store float %v89, ptr %v175, align 4
  store float %v101, ptr %v176, align 4
  store float %v113, ptr %v177, align 4
  store float %v125, ptr %v178, align 4
  store float %v137, ptr %v179, align 4
  store float %v149, ptr %v180, align 4
  store float %v161, ptr %v181, align 4
  store float %v173, ptr %v182, align 4
  %v183 = add nuw nsw i64 %v16, 1
  %v184 = icmp slt i64 %v183, %v15
  br i1 %v184, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
