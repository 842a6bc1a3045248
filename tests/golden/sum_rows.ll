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
  %v16 = phi i64 [ %v10, %b0 ], [ %v184, %b3 ]
  %v34 = mul i64 %v16, 800
  %v35 = getelementptr float, ptr %v3, i64 %v34
  %v52 = getelementptr float, ptr %v5, i64 %v34
  br label %b2
b2:
  %v17 = phi i64 [ 0, %b1 ], [ %v77, %b2 ]
  %v18 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v69, %b2 ]
  %v19 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v70, %b2 ]
  %v20 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v71, %b2 ]
  %v21 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v72, %b2 ]
  %v22 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v73, %b2 ]
  %v23 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v74, %b2 ]
  %v24 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v75, %b2 ]
  %v25 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v76, %b2 ]
  %v26 = mul i64 %v17, 16
  %v27 = sub i64 100, %v26
  %v28 = call i64 @llvm.smax.i64(i64 %v27, i64 0)
  %v29 = call i64 @llvm.smin.i64(i64 %v28, i64 16)
  %v30 = trunc i64 %v29 to i32
  %v31 = insertelement <16 x i32> poison, i32 %v30, i64 0
  %v32 = shufflevector <16 x i32> %v31, <16 x i32> poison, <16 x i32> zeroinitializer
  %v33 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v32
  %v36 = getelementptr float, ptr %v35, i64 %v26
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
  %v53 = getelementptr float, ptr %v52, i64 %v26
  %v54 = getelementptr float, ptr %v53, i64 100
  %v55 = getelementptr float, ptr %v53, i64 200
  %v56 = getelementptr float, ptr %v53, i64 300
  %v57 = getelementptr float, ptr %v53, i64 400
  %v58 = getelementptr float, ptr %v53, i64 500
  %v59 = getelementptr float, ptr %v53, i64 600
  %v60 = getelementptr float, ptr %v53, i64 700
  %v61 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v53, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v62 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v54, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v63 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v55, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v64 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v56, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v65 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v57, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v66 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v58, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v67 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v59, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v68 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v60, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v69 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v44, <16 x float> %v61, <16 x float> %v18)
  %v70 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v45, <16 x float> %v62, <16 x float> %v19)
  %v71 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v46, <16 x float> %v63, <16 x float> %v20)
  %v72 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v47, <16 x float> %v64, <16 x float> %v21)
  %v73 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v48, <16 x float> %v65, <16 x float> %v22)
  %v74 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v49, <16 x float> %v66, <16 x float> %v23)
  %v75 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v50, <16 x float> %v67, <16 x float> %v24)
  %v76 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v51, <16 x float> %v68, <16 x float> %v25)
  %v77 = add nuw nsw i64 %v17, 1
  %v78 = icmp slt i64 %v77, 7
  br i1 %v78, label %b2, label %b3
b3:
  %v79 = shufflevector <16 x float> %v69, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v80 = shufflevector <16 x float> %v69, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v81 = fadd <8 x float> %v79, %v80
  %v82 = shufflevector <8 x float> %v81, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v83 = shufflevector <8 x float> %v81, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v84 = fadd <4 x float> %v82, %v83
  %v85 = shufflevector <4 x float> %v84, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v86 = shufflevector <4 x float> %v84, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v87 = fadd <2 x float> %v85, %v86
  %v88 = extractelement <2 x float> %v87, i64 0
  %v89 = extractelement <2 x float> %v87, i64 1
  %v90 = fadd float %v88, %v89
  %v91 = shufflevector <16 x float> %v70, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v92 = shufflevector <16 x float> %v70, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v93 = fadd <8 x float> %v91, %v92
  %v94 = shufflevector <8 x float> %v93, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v95 = shufflevector <8 x float> %v93, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v96 = fadd <4 x float> %v94, %v95
  %v97 = shufflevector <4 x float> %v96, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v98 = shufflevector <4 x float> %v96, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v99 = fadd <2 x float> %v97, %v98
  %v100 = extractelement <2 x float> %v99, i64 0
  %v101 = extractelement <2 x float> %v99, i64 1
  %v102 = fadd float %v100, %v101
  %v103 = shufflevector <16 x float> %v71, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v104 = shufflevector <16 x float> %v71, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v105 = fadd <8 x float> %v103, %v104
  %v106 = shufflevector <8 x float> %v105, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v107 = shufflevector <8 x float> %v105, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v108 = fadd <4 x float> %v106, %v107
  %v109 = shufflevector <4 x float> %v108, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v110 = shufflevector <4 x float> %v108, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v111 = fadd <2 x float> %v109, %v110
  %v112 = extractelement <2 x float> %v111, i64 0
  %v113 = extractelement <2 x float> %v111, i64 1
  %v114 = fadd float %v112, %v113
  %v115 = shufflevector <16 x float> %v72, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v116 = shufflevector <16 x float> %v72, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v117 = fadd <8 x float> %v115, %v116
  %v118 = shufflevector <8 x float> %v117, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v119 = shufflevector <8 x float> %v117, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v120 = fadd <4 x float> %v118, %v119
  %v121 = shufflevector <4 x float> %v120, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v122 = shufflevector <4 x float> %v120, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v123 = fadd <2 x float> %v121, %v122
  %v124 = extractelement <2 x float> %v123, i64 0
  %v125 = extractelement <2 x float> %v123, i64 1
  %v126 = fadd float %v124, %v125
  %v127 = shufflevector <16 x float> %v73, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v128 = shufflevector <16 x float> %v73, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v129 = fadd <8 x float> %v127, %v128
  %v130 = shufflevector <8 x float> %v129, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v131 = shufflevector <8 x float> %v129, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v132 = fadd <4 x float> %v130, %v131
  %v133 = shufflevector <4 x float> %v132, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v134 = shufflevector <4 x float> %v132, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v135 = fadd <2 x float> %v133, %v134
  %v136 = extractelement <2 x float> %v135, i64 0
  %v137 = extractelement <2 x float> %v135, i64 1
  %v138 = fadd float %v136, %v137
  %v139 = shufflevector <16 x float> %v74, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v140 = shufflevector <16 x float> %v74, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v141 = fadd <8 x float> %v139, %v140
  %v142 = shufflevector <8 x float> %v141, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v143 = shufflevector <8 x float> %v141, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v144 = fadd <4 x float> %v142, %v143
  %v145 = shufflevector <4 x float> %v144, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v146 = shufflevector <4 x float> %v144, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v147 = fadd <2 x float> %v145, %v146
  %v148 = extractelement <2 x float> %v147, i64 0
  %v149 = extractelement <2 x float> %v147, i64 1
  %v150 = fadd float %v148, %v149
  %v151 = shufflevector <16 x float> %v75, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v152 = shufflevector <16 x float> %v75, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v153 = fadd <8 x float> %v151, %v152
  %v154 = shufflevector <8 x float> %v153, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v155 = shufflevector <8 x float> %v153, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v156 = fadd <4 x float> %v154, %v155
  %v157 = shufflevector <4 x float> %v156, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v158 = shufflevector <4 x float> %v156, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v159 = fadd <2 x float> %v157, %v158
  %v160 = extractelement <2 x float> %v159, i64 0
  %v161 = extractelement <2 x float> %v159, i64 1
  %v162 = fadd float %v160, %v161
  %v163 = shufflevector <16 x float> %v76, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v164 = shufflevector <16 x float> %v76, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v165 = fadd <8 x float> %v163, %v164
  %v166 = shufflevector <8 x float> %v165, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v167 = shufflevector <8 x float> %v165, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v168 = fadd <4 x float> %v166, %v167
  %v169 = shufflevector <4 x float> %v168, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v170 = shufflevector <4 x float> %v168, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v171 = fadd <2 x float> %v169, %v170
  %v172 = extractelement <2 x float> %v171, i64 0
  %v173 = extractelement <2 x float> %v171, i64 1
  %v174 = fadd float %v172, %v173
  %v175 = mul i64 %v16, 8
  %v176 = getelementptr float, ptr %v1, i64 %v175
  %v177 = getelementptr float, ptr %v176, i64 1
  %v178 = getelementptr float, ptr %v176, i64 2
  %v179 = getelementptr float, ptr %v176, i64 3
  %v180 = getelementptr float, ptr %v176, i64 4
  %v181 = getelementptr float, ptr %v176, i64 5
  %v182 = getelementptr float, ptr %v176, i64 6
  %v183 = getelementptr float, ptr %v176, i64 7
  store float %v90, ptr %v176, align 4
  store float %v102, ptr %v177, align 4
  store float %v114, ptr %v178, align 4
  store float %v126, ptr %v179, align 4
  store float %v138, ptr %v180, align 4
  store float %v150, ptr %v181, align 4
  store float %v162, ptr %v182, align 4
  store float %v174, ptr %v183, align 4
  %v184 = add nuw nsw i64 %v16, 1
  %v185 = icmp slt i64 %v184, %v15
  br i1 %v185, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
