define void @dot_64x40(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = getelementptr ptr, ptr %args, i64 3
  %v7 = load ptr, ptr %v6, align 8
  %v8 = getelementptr ptr, ptr %args, i64 4
  %v9 = load ptr, ptr %v8, align 8
  %v10 = add i64 %thread, 1
  %v11 = mul i64 8, %thread
  %v12 = udiv i64 %v11, %threads
  %v13 = mul i64 8, %v10
  %v14 = udiv i64 %v13, %threads
  %v15 = icmp slt i64 %v12, %v14
  br i1 %v15, label %b0, label %end
b0:
  %v16 = sub i64 %v14, 1
  %v17 = add i64 %v16, 1
  %v62 = sub i64 40, 0
  %v63 = call i64 @llvm.smax.i64(i64 %v62, i64 0)
  %v64 = call i64 @llvm.smin.i64(i64 %v63, i64 16)
  %v65 = trunc i64 %v64 to i32
  %v66 = insertelement <16 x i32> poison, i32 %v65, i64 0
  %v67 = shufflevector <16 x i32> %v66, <16 x i32> poison, <16 x i32> zeroinitializer
  %v68 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v67
  %v69 = sub i64 24, 0
  %v70 = call i64 @llvm.smax.i64(i64 %v69, i64 0)
  %v71 = call i64 @llvm.smin.i64(i64 %v70, i64 16)
  %v72 = trunc i64 %v71 to i32
  %v73 = insertelement <16 x i32> poison, i32 %v72, i64 0
  %v74 = shufflevector <16 x i32> %v73, <16 x i32> poison, <16 x i32> zeroinitializer
  %v75 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v74
  %v76 = sub i64 8, 0
  %v77 = call i64 @llvm.smax.i64(i64 %v76, i64 0)
  %v78 = call i64 @llvm.smin.i64(i64 %v77, i64 16)
  %v79 = trunc i64 %v78 to i32
  %v80 = insertelement <16 x i32> poison, i32 %v79, i64 0
  %v81 = shufflevector <16 x i32> %v80, <16 x i32> poison, <16 x i32> zeroinitializer
  %v82 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v81
  %v132 = getelementptr float, ptr %v7, i64 16
  %v133 = getelementptr float, ptr %v7, i64 32
  %v134 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v7, <16 x i1> %v68, <16 x float> zeroinitializer)
  %v135 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v132, <16 x i1> %v75, <16 x float> zeroinitializer)
  %v136 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v133, <16 x i1> %v82, <16 x float> zeroinitializer)
  br label %b1
b1:
  %v18 = phi i64 [ %v12, %b0 ], [ %v306, %b3 ]
  %v44 = mul i64 %v18, 384
  %v45 = getelementptr float, ptr %v3, i64 %v44
  br label %b2
b2:
  %v19 = phi i64 [ 0, %b1 ], [ %v130, %b2 ]
  %v20 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v92, %b2 ]
  %v21 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v93, %b2 ]
  %v22 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v94, %b2 ]
  %v23 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v97, %b2 ]
  %v24 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v98, %b2 ]
  %v25 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v99, %b2 ]
  %v26 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v102, %b2 ]
  %v27 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v103, %b2 ]
  %v28 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v104, %b2 ]
  %v29 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v107, %b2 ]
  %v30 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v108, %b2 ]
  %v31 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v109, %b2 ]
  %v32 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v112, %b2 ]
  %v33 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v113, %b2 ]
  %v34 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v114, %b2 ]
  %v35 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v117, %b2 ]
  %v36 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v118, %b2 ]
  %v37 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v119, %b2 ]
  %v38 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v122, %b2 ]
  %v39 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v123, %b2 ]
  %v40 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v124, %b2 ]
  %v41 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v127, %b2 ]
  %v42 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v128, %b2 ]
  %v43 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v129, %b2 ]
  %v46 = getelementptr float, ptr %v45, i64 %v19
  %v47 = getelementptr float, ptr %v46, i64 48
  %v48 = getelementptr float, ptr %v46, i64 96
  %v49 = getelementptr float, ptr %v46, i64 144
  %v50 = getelementptr float, ptr %v46, i64 192
  %v51 = getelementptr float, ptr %v46, i64 240
  %v52 = getelementptr float, ptr %v46, i64 288
  %v53 = getelementptr float, ptr %v46, i64 336
  %v54 = load float, ptr %v46, align 4
  %v55 = load float, ptr %v47, align 4
  %v56 = load float, ptr %v48, align 4
  %v57 = load float, ptr %v49, align 4
  %v58 = load float, ptr %v50, align 4
  %v59 = load float, ptr %v51, align 4
  %v60 = load float, ptr %v52, align 4
  %v61 = load float, ptr %v53, align 4
  %v83 = mul i64 %v19, 40
  %v84 = getelementptr float, ptr %v5, i64 %v83
  %v85 = getelementptr float, ptr %v84, i64 16
  %v86 = getelementptr float, ptr %v84, i64 32
  %v87 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v84, <16 x i1> %v68, <16 x float> zeroinitializer)
  %v88 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v85, <16 x i1> %v75, <16 x float> zeroinitializer)
  %v89 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v86, <16 x i1> %v82, <16 x float> zeroinitializer)
  %v90 = insertelement <16 x float> poison, float %v54, i64 0
  %v91 = shufflevector <16 x float> %v90, <16 x float> poison, <16 x i32> zeroinitializer
  %v92 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v91, <16 x float> %v87, <16 x float> %v20)
  %v93 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v91, <16 x float> %v88, <16 x float> %v21)
  %v94 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v91, <16 x float> %v89, <16 x float> %v22)
  %v95 = insertelement <16 x float> poison, float %v55, i64 0
  %v96 = shufflevector <16 x float> %v95, <16 x float> poison, <16 x i32> zeroinitializer
  %v97 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v96, <16 x float> %v87, <16 x float> %v23)
  %v98 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v96, <16 x float> %v88, <16 x float> %v24)
  %v99 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v96, <16 x float> %v89, <16 x float> %v25)
  %v100 = insertelement <16 x float> poison, float %v56, i64 0
  %v101 = shufflevector <16 x float> %v100, <16 x float> poison, <16 x i32> zeroinitializer
  %v102 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v101, <16 x float> %v87, <16 x float> %v26)
  %v103 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v101, <16 x float> %v88, <16 x float> %v27)
  %v104 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v101, <16 x float> %v89, <16 x float> %v28)
  %v105 = insertelement <16 x float> poison, float %v57, i64 0
  %v106 = shufflevector <16 x float> %v105, <16 x float> poison, <16 x i32> zeroinitializer
  %v107 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v106, <16 x float> %v87, <16 x float> %v29)
  %v108 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v106, <16 x float> %v88, <16 x float> %v30)
  %v109 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v106, <16 x float> %v89, <16 x float> %v31)
  %v110 = insertelement <16 x float> poison, float %v58, i64 0
  %v111 = shufflevector <16 x float> %v110, <16 x float> poison, <16 x i32> zeroinitializer
  %v112 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v111, <16 x float> %v87, <16 x float> %v32)
  %v113 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v111, <16 x float> %v88, <16 x float> %v33)
  %v114 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v111, <16 x float> %v89, <16 x float> %v34)
  %v115 = insertelement <16 x float> poison, float %v59, i64 0
  %v116 = shufflevector <16 x float> %v115, <16 x float> poison, <16 x i32> zeroinitializer
  %v117 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v116, <16 x float> %v87, <16 x float> %v35)
  %v118 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v116, <16 x float> %v88, <16 x float> %v36)
  %v119 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v116, <16 x float> %v89, <16 x float> %v37)
  %v120 = insertelement <16 x float> poison, float %v60, i64 0
  %v121 = shufflevector <16 x float> %v120, <16 x float> poison, <16 x i32> zeroinitializer
  %v122 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v121, <16 x float> %v87, <16 x float> %v38)
  %v123 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v121, <16 x float> %v88, <16 x float> %v39)
  %v124 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v121, <16 x float> %v89, <16 x float> %v40)
  %v125 = insertelement <16 x float> poison, float %v61, i64 0
  %v126 = shufflevector <16 x float> %v125, <16 x float> poison, <16 x i32> zeroinitializer
  %v127 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v126, <16 x float> %v87, <16 x float> %v41)
  %v128 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v126, <16 x float> %v88, <16 x float> %v42)
  %v129 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v126, <16 x float> %v89, <16 x float> %v43)
  %v130 = add nuw nsw i64 %v19, 1
  %v131 = icmp slt i64 %v130, 48
  br i1 %v131, label %b2, label %b3
b3:
  %v137 = fadd <16 x float> %v92, %v134
  %v138 = fadd <16 x float> %v93, %v135
  %v139 = fadd <16 x float> %v94, %v136
  %v140 = fadd <16 x float> %v97, %v134
  %v141 = fadd <16 x float> %v98, %v135
  %v142 = fadd <16 x float> %v99, %v136
  %v143 = fadd <16 x float> %v102, %v134
  %v144 = fadd <16 x float> %v103, %v135
  %v145 = fadd <16 x float> %v104, %v136
  %v146 = fadd <16 x float> %v107, %v134
  %v147 = fadd <16 x float> %v108, %v135
  %v148 = fadd <16 x float> %v109, %v136
  %v149 = fadd <16 x float> %v112, %v134
  %v150 = fadd <16 x float> %v113, %v135
  %v151 = fadd <16 x float> %v114, %v136
  %v152 = fadd <16 x float> %v117, %v134
  %v153 = fadd <16 x float> %v118, %v135
  %v154 = fadd <16 x float> %v119, %v136
  %v155 = fadd <16 x float> %v122, %v134
  %v156 = fadd <16 x float> %v123, %v135
  %v157 = fadd <16 x float> %v124, %v136
  %v158 = fadd <16 x float> %v127, %v134
  %v159 = fadd <16 x float> %v128, %v135
  %v160 = fadd <16 x float> %v129, %v136
  %v161 = fcmp olt <16 x float> %v137, splat (float 0x0000000000000000)
  %v162 = fcmp olt <16 x float> %v138, splat (float 0x0000000000000000)
  %v163 = fcmp olt <16 x float> %v139, splat (float 0x0000000000000000)
  %v164 = fcmp olt <16 x float> %v140, splat (float 0x0000000000000000)
  %v165 = fcmp olt <16 x float> %v141, splat (float 0x0000000000000000)
  %v166 = fcmp olt <16 x float> %v142, splat (float 0x0000000000000000)
  %v167 = fcmp olt <16 x float> %v143, splat (float 0x0000000000000000)
  %v168 = fcmp olt <16 x float> %v144, splat (float 0x0000000000000000)
  %v169 = fcmp olt <16 x float> %v145, splat (float 0x0000000000000000)
  %v170 = fcmp olt <16 x float> %v146, splat (float 0x0000000000000000)
  %v171 = fcmp olt <16 x float> %v147, splat (float 0x0000000000000000)
  %v172 = fcmp olt <16 x float> %v148, splat (float 0x0000000000000000)
  %v173 = fcmp olt <16 x float> %v149, splat (float 0x0000000000000000)
  %v174 = fcmp olt <16 x float> %v150, splat (float 0x0000000000000000)
  %v175 = fcmp olt <16 x float> %v151, splat (float 0x0000000000000000)
  %v176 = fcmp olt <16 x float> %v152, splat (float 0x0000000000000000)
  %v177 = fcmp olt <16 x float> %v153, splat (float 0x0000000000000000)
  %v178 = fcmp olt <16 x float> %v154, splat (float 0x0000000000000000)
  %v179 = fcmp olt <16 x float> %v155, splat (float 0x0000000000000000)
  %v180 = fcmp olt <16 x float> %v156, splat (float 0x0000000000000000)
  %v181 = fcmp olt <16 x float> %v157, splat (float 0x0000000000000000)
  %v182 = fcmp olt <16 x float> %v158, splat (float 0x0000000000000000)
  %v183 = fcmp olt <16 x float> %v159, splat (float 0x0000000000000000)
  %v184 = fcmp olt <16 x float> %v160, splat (float 0x0000000000000000)
  %v185 = fcmp une <16 x float> %v137, splat (float 0x0000000000000000)
  %v186 = fcmp une <16 x float> %v138, splat (float 0x0000000000000000)
  %v187 = fcmp une <16 x float> %v139, splat (float 0x0000000000000000)
  %v188 = fcmp une <16 x float> %v140, splat (float 0x0000000000000000)
  %v189 = fcmp une <16 x float> %v141, splat (float 0x0000000000000000)
  %v190 = fcmp une <16 x float> %v142, splat (float 0x0000000000000000)
  %v191 = fcmp une <16 x float> %v143, splat (float 0x0000000000000000)
  %v192 = fcmp une <16 x float> %v144, splat (float 0x0000000000000000)
  %v193 = fcmp une <16 x float> %v145, splat (float 0x0000000000000000)
  %v194 = fcmp une <16 x float> %v146, splat (float 0x0000000000000000)
  %v195 = fcmp une <16 x float> %v147, splat (float 0x0000000000000000)
  %v196 = fcmp une <16 x float> %v148, splat (float 0x0000000000000000)
  %v197 = fcmp une <16 x float> %v149, splat (float 0x0000000000000000)
  %v198 = fcmp une <16 x float> %v150, splat (float 0x0000000000000000)
  %v199 = fcmp une <16 x float> %v151, splat (float 0x0000000000000000)
  %v200 = fcmp une <16 x float> %v152, splat (float 0x0000000000000000)
  %v201 = fcmp une <16 x float> %v153, splat (float 0x0000000000000000)
  %v202 = fcmp une <16 x float> %v154, splat (float 0x0000000000000000)
  %v203 = fcmp une <16 x float> %v155, splat (float 0x0000000000000000)
  %v204 = fcmp une <16 x float> %v156, splat (float 0x0000000000000000)
  %v205 = fcmp une <16 x float> %v157, splat (float 0x0000000000000000)
  %v206 = fcmp une <16 x float> %v158, splat (float 0x0000000000000000)
  %v207 = fcmp une <16 x float> %v159, splat (float 0x0000000000000000)
  %v208 = fcmp une <16 x float> %v160, splat (float 0x0000000000000000)
  %v209 = xor <16 x i1> %v185, splat (i1 true)
  %v210 = xor <16 x i1> %v186, splat (i1 true)
  %v211 = xor <16 x i1> %v187, splat (i1 true)
  %v212 = xor <16 x i1> %v188, splat (i1 true)
  %v213 = xor <16 x i1> %v189, splat (i1 true)
  %v214 = xor <16 x i1> %v190, splat (i1 true)
  %v215 = xor <16 x i1> %v191, splat (i1 true)
  %v216 = xor <16 x i1> %v192, splat (i1 true)
  %v217 = xor <16 x i1> %v193, splat (i1 true)
  %v218 = xor <16 x i1> %v194, splat (i1 true)
  %v219 = xor <16 x i1> %v195, splat (i1 true)
  %v220 = xor <16 x i1> %v196, splat (i1 true)
  %v221 = xor <16 x i1> %v197, splat (i1 true)
  %v222 = xor <16 x i1> %v198, splat (i1 true)
  %v223 = xor <16 x i1> %v199, splat (i1 true)
  %v224 = xor <16 x i1> %v200, splat (i1 true)
  %v225 = xor <16 x i1> %v201, splat (i1 true)
  %v226 = xor <16 x i1> %v202, splat (i1 true)
  %v227 = xor <16 x i1> %v203, splat (i1 true)
  %v228 = xor <16 x i1> %v204, splat (i1 true)
  %v229 = xor <16 x i1> %v205, splat (i1 true)
  %v230 = xor <16 x i1> %v206, splat (i1 true)
  %v231 = xor <16 x i1> %v207, splat (i1 true)
  %v232 = xor <16 x i1> %v208, splat (i1 true)
  %v233 = or <16 x i1> %v161, %v209
  %v234 = or <16 x i1> %v162, %v210
  %v235 = or <16 x i1> %v163, %v211
  %v236 = or <16 x i1> %v164, %v212
  %v237 = or <16 x i1> %v165, %v213
  %v238 = or <16 x i1> %v166, %v214
  %v239 = or <16 x i1> %v167, %v215
  %v240 = or <16 x i1> %v168, %v216
  %v241 = or <16 x i1> %v169, %v217
  %v242 = or <16 x i1> %v170, %v218
  %v243 = or <16 x i1> %v171, %v219
  %v244 = or <16 x i1> %v172, %v220
  %v245 = or <16 x i1> %v173, %v221
  %v246 = or <16 x i1> %v174, %v222
  %v247 = or <16 x i1> %v175, %v223
  %v248 = or <16 x i1> %v176, %v224
  %v249 = or <16 x i1> %v177, %v225
  %v250 = or <16 x i1> %v178, %v226
  %v251 = or <16 x i1> %v179, %v227
  %v252 = or <16 x i1> %v180, %v228
  %v253 = or <16 x i1> %v181, %v229
  %v254 = or <16 x i1> %v182, %v230
  %v255 = or <16 x i1> %v183, %v231
  %v256 = or <16 x i1> %v184, %v232
  %v257 = select <16 x i1> %v233, <16 x float> splat (float 0x0000000000000000), <16 x float> %v137
  %v258 = select <16 x i1> %v234, <16 x float> splat (float 0x0000000000000000), <16 x float> %v138
  %v259 = select <16 x i1> %v235, <16 x float> splat (float 0x0000000000000000), <16 x float> %v139
  %v260 = select <16 x i1> %v236, <16 x float> splat (float 0x0000000000000000), <16 x float> %v140
  %v261 = select <16 x i1> %v237, <16 x float> splat (float 0x0000000000000000), <16 x float> %v141
  %v262 = select <16 x i1> %v238, <16 x float> splat (float 0x0000000000000000), <16 x float> %v142
  %v263 = select <16 x i1> %v239, <16 x float> splat (float 0x0000000000000000), <16 x float> %v143
  %v264 = select <16 x i1> %v240, <16 x float> splat (float 0x0000000000000000), <16 x float> %v144
  %v265 = select <16 x i1> %v241, <16 x float> splat (float 0x0000000000000000), <16 x float> %v145
  %v266 = select <16 x i1> %v242, <16 x float> splat (float 0x0000000000000000), <16 x float> %v146
  %v267 = select <16 x i1> %v243, <16 x float> splat (float 0x0000000000000000), <16 x float> %v147
  %v268 = select <16 x i1> %v244, <16 x float> splat (float 0x0000000000000000), <16 x float> %v148
  %v269 = select <16 x i1> %v245, <16 x float> splat (float 0x0000000000000000), <16 x float> %v149
  %v270 = select <16 x i1> %v246, <16 x float> splat (float 0x0000000000000000), <16 x float> %v150
  %v271 = select <16 x i1> %v247, <16 x float> splat (float 0x0000000000000000), <16 x float> %v151
  %v272 = select <16 x i1> %v248, <16 x float> splat (float 0x0000000000000000), <16 x float> %v152
  %v273 = select <16 x i1> %v249, <16 x float> splat (float 0x0000000000000000), <16 x float> %v153
  %v274 = select <16 x i1> %v250, <16 x float> splat (float 0x0000000000000000), <16 x float> %v154
  %v275 = select <16 x i1> %v251, <16 x float> splat (float 0x0000000000000000), <16 x float> %v155
  %v276 = select <16 x i1> %v252, <16 x float> splat (float 0x0000000000000000), <16 x float> %v156
  %v277 = select <16 x i1> %v253, <16 x float> splat (float 0x0000000000000000), <16 x float> %v157
  %v278 = select <16 x i1> %v254, <16 x float> splat (float 0x0000000000000000), <16 x float> %v158
  %v279 = select <16 x i1> %v255, <16 x float> splat (float 0x0000000000000000), <16 x float> %v159
  %v280 = select <16 x i1> %v256, <16 x float> splat (float 0x0000000000000000), <16 x float> %v160
  %v281 = mul i64 %v18, 320
  %v282 = getelementptr float, ptr %v1, i64 %v281
  %v283 = getelementptr float, ptr %v282, i64 16
  %v284 = getelementptr float, ptr %v282, i64 32
  %v285 = getelementptr float, ptr %v282, i64 40
  %v286 = getelementptr float, ptr %v282, i64 56
  %v287 = getelementptr float, ptr %v282, i64 72
  %v288 = getelementptr float, ptr %v282, i64 80
  %v289 = getelementptr float, ptr %v282, i64 96
  %v290 = getelementptr float, ptr %v282, i64 112
  %v291 = getelementptr float, ptr %v282, i64 120
  %v292 = getelementptr float, ptr %v282, i64 136
  %v293 = getelementptr float, ptr %v282, i64 152
  %v294 = getelementptr float, ptr %v282, i64 160
  %v295 = getelementptr float, ptr %v282, i64 176
  %v296 = getelementptr float, ptr %v282, i64 192
  %v297 = getelementptr float, ptr %v282, i64 200
  %v298 = getelementptr float, ptr %v282, i64 216
  %v299 = getelementptr float, ptr %v282, i64 232
  %v300 = getelementptr float, ptr %v282, i64 240
  %v301 = getelementptr float, ptr %v282, i64 256
  %v302 = getelementptr float, ptr %v282, i64 272
  %v303 = getelementptr float, ptr %v282, i64 280
  %v304 = getelementptr float, ptr %v282, i64 296
  %v305 = getelementptr float, ptr %v282, i64 312
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v257, ptr align 4 %v282, <16 x i1> %v68)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v258, ptr align 4 %v283, <16 x i1> %v75)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v259, ptr align 4 %v284, <16 x i1> %v82)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v260, ptr align 4 %v285, <16 x i1> %v68)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v261, ptr align 4 %v286, <16 x i1> %v75)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v262, ptr align 4 %v287, <16 x i1> %v82)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v263, ptr align 4 %v288, <16 x i1> %v68)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v264, ptr align 4 %v289, <16 x i1> %v75)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v265, ptr align 4 %v290, <16 x i1> %v82)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v266, ptr align 4 %v291, <16 x i1> %v68)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v267, ptr align 4 %v292, <16 x i1> %v75)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v268, ptr align 4 %v293, <16 x i1> %v82)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v269, ptr align 4 %v294, <16 x i1> %v68)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v270, ptr align 4 %v295, <16 x i1> %v75)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v271, ptr align 4 %v296, <16 x i1> %v82)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v272, ptr align 4 %v297, <16 x i1> %v68)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v273, ptr align 4 %v298, <16 x i1> %v75)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v274, ptr align 4 %v299, <16 x i1> %v82)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v275, ptr align 4 %v300, <16 x i1> %v68)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v276, ptr align 4 %v301, <16 x i1> %v75)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v277, ptr align 4 %v302, <16 x i1> %v82)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v278, ptr align 4 %v303, <16 x i1> %v68)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v279, ptr align 4 %v304, <16 x i1> %v75)
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v280, ptr align 4 %v305, <16 x i1> %v82)
  %v306 = add nuw nsw i64 %v18, 1
  %v307 = icmp slt i64 %v306, %v17
  br i1 %v307, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
