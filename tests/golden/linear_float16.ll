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
  %v76 = sub i64 40, 0
  %v77 = call i64 @llvm.smax.i64(i64 %v76, i64 0)
  %v78 = call i64 @llvm.smin.i64(i64 %v77, i64 16)
  %v79 = trunc i64 %v78 to i32
  %v80 = insertelement <16 x i32> poison, i32 %v79, i64 0
  %v81 = shufflevector <16 x i32> %v80, <16 x i32> poison, <16 x i32> zeroinitializer
  %v82 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v81
  %v83 = sub i64 24, 0
  %v84 = call i64 @llvm.smax.i64(i64 %v83, i64 0)
  %v85 = call i64 @llvm.smin.i64(i64 %v84, i64 16)
  %v86 = trunc i64 %v85 to i32
  %v87 = insertelement <16 x i32> poison, i32 %v86, i64 0
  %v88 = shufflevector <16 x i32> %v87, <16 x i32> poison, <16 x i32> zeroinitializer
  %v89 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v88
  %v90 = sub i64 8, 0
  %v91 = call i64 @llvm.smax.i64(i64 %v90, i64 0)
  %v92 = call i64 @llvm.smin.i64(i64 %v91, i64 16)
  %v93 = trunc i64 %v92 to i32
  %v94 = insertelement <16 x i32> poison, i32 %v93, i64 0
  %v95 = shufflevector <16 x i32> %v94, <16 x i32> poison, <16 x i32> zeroinitializer
  %v96 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v95
  br label %b1
b1:
  %v16 = phi i64 [ %v10, %b0 ], [ %v323, %b3 ]
  %v42 = mul i64 %v16, 384
  br label %b2
b2:
  %v17 = phi i64 [ 0, %b1 ], [ %v152, %b2 ]
  %v18 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v114, %b2 ]
  %v19 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v115, %b2 ]
  %v20 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v116, %b2 ]
  %v21 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v119, %b2 ]
  %v22 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v120, %b2 ]
  %v23 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v121, %b2 ]
  %v24 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v124, %b2 ]
  %v25 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v125, %b2 ]
  %v26 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v126, %b2 ]
  %v27 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v129, %b2 ]
  %v28 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v130, %b2 ]
  %v29 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v131, %b2 ]
  %v30 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v134, %b2 ]
  %v31 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v135, %b2 ]
  %v32 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v136, %b2 ]
  %v33 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v139, %b2 ]
  %v34 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v140, %b2 ]
  %v35 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v141, %b2 ]
  %v36 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v144, %b2 ]
  %v37 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v145, %b2 ]
  %v38 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v146, %b2 ]
  %v39 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v149, %b2 ]
  %v40 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v150, %b2 ]
  %v41 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v151, %b2 ]
  %v43 = add i64 %v42, %v17
  %v44 = getelementptr i16, ptr %v3, i64 %v43
  %v45 = getelementptr i16, ptr %v44, i64 48
  %v46 = getelementptr i16, ptr %v44, i64 96
  %v47 = getelementptr i16, ptr %v44, i64 144
  %v48 = getelementptr i16, ptr %v44, i64 192
  %v49 = getelementptr i16, ptr %v44, i64 240
  %v50 = getelementptr i16, ptr %v44, i64 288
  %v51 = getelementptr i16, ptr %v44, i64 336
  %v52 = load i16, ptr %v44, align 2
  %v53 = bitcast i16 %v52 to half
  %v54 = fpext half %v53 to float
  %v55 = load i16, ptr %v45, align 2
  %v56 = bitcast i16 %v55 to half
  %v57 = fpext half %v56 to float
  %v58 = load i16, ptr %v46, align 2
  %v59 = bitcast i16 %v58 to half
  %v60 = fpext half %v59 to float
  %v61 = load i16, ptr %v47, align 2
  %v62 = bitcast i16 %v61 to half
  %v63 = fpext half %v62 to float
  %v64 = load i16, ptr %v48, align 2
  %v65 = bitcast i16 %v64 to half
  %v66 = fpext half %v65 to float
  %v67 = load i16, ptr %v49, align 2
  %v68 = bitcast i16 %v67 to half
  %v69 = fpext half %v68 to float
  %v70 = load i16, ptr %v50, align 2
  %v71 = bitcast i16 %v70 to half
  %v72 = fpext half %v71 to float
  %v73 = load i16, ptr %v51, align 2
  %v74 = bitcast i16 %v73 to half
  %v75 = fpext half %v74 to float
  %v97 = getelementptr i16, ptr %v5, i64 %v17
  %v98 = getelementptr i16, ptr %v97, i64 768
  %v99 = getelementptr i16, ptr %v97, i64 1536
  %v100 = getelementptr i16, ptr %v97, <16 x i32> <i32 0, i32 48, i32 96, i32 144, i32 192, i32 240, i32 288, i32 336, i32 384, i32 432, i32 480, i32 528, i32 576, i32 624, i32 672, i32 720>
  %v101 = call <16 x i16> @llvm.masked.gather.v16i16.v16p0(<16 x ptr> align 2 %v100, <16 x i1> %v82, <16 x i16> zeroinitializer)
  %v102 = bitcast <16 x i16> %v101 to <16 x half>
  %v103 = fpext <16 x half> %v102 to <16 x float>
  %v104 = getelementptr i16, ptr %v98, <16 x i32> <i32 0, i32 48, i32 96, i32 144, i32 192, i32 240, i32 288, i32 336, i32 384, i32 432, i32 480, i32 528, i32 576, i32 624, i32 672, i32 720>
  %v105 = call <16 x i16> @llvm.masked.gather.v16i16.v16p0(<16 x ptr> align 2 %v104, <16 x i1> %v89, <16 x i16> zeroinitializer)
  %v106 = bitcast <16 x i16> %v105 to <16 x half>
  %v107 = fpext <16 x half> %v106 to <16 x float>
  %v108 = getelementptr i16, ptr %v99, <16 x i32> <i32 0, i32 48, i32 96, i32 144, i32 192, i32 240, i32 288, i32 336, i32 384, i32 432, i32 480, i32 528, i32 576, i32 624, i32 672, i32 720>
  %v109 = call <16 x i16> @llvm.masked.gather.v16i16.v16p0(<16 x ptr> align 2 %v108, <16 x i1> %v96, <16 x i16> zeroinitializer)
  %v110 = bitcast <16 x i16> %v109 to <16 x half>
  %v111 = fpext <16 x half> %v110 to <16 x float>
  %v112 = insertelement <16 x float> poison, float %v54, i64 0
  %v113 = shufflevector <16 x float> %v112, <16 x float> poison, <16 x i32> zeroinitializer
  %v114 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v113, <16 x float> %v103, <16 x float> %v18)
  %v115 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v113, <16 x float> %v107, <16 x float> %v19)
  %v116 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v113, <16 x float> %v111, <16 x float> %v20)
  %v117 = insertelement <16 x float> poison, float %v57, i64 0
  %v118 = shufflevector <16 x float> %v117, <16 x float> poison, <16 x i32> zeroinitializer
  %v119 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v118, <16 x float> %v103, <16 x float> %v21)
  %v120 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v118, <16 x float> %v107, <16 x float> %v22)
  %v121 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v118, <16 x float> %v111, <16 x float> %v23)
  %v122 = insertelement <16 x float> poison, float %v60, i64 0
  %v123 = shufflevector <16 x float> %v122, <16 x float> poison, <16 x i32> zeroinitializer
  %v124 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v123, <16 x float> %v103, <16 x float> %v24)
  %v125 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v123, <16 x float> %v107, <16 x float> %v25)
  %v126 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v123, <16 x float> %v111, <16 x float> %v26)
  %v127 = insertelement <16 x float> poison, float %v63, i64 0
  %v128 = shufflevector <16 x float> %v127, <16 x float> poison, <16 x i32> zeroinitializer
  %v129 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v128, <16 x float> %v103, <16 x float> %v27)
  %v130 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v128, <16 x float> %v107, <16 x float> %v28)
  %v131 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v128, <16 x float> %v111, <16 x float> %v29)
  %v132 = insertelement <16 x float> poison, float %v66, i64 0
  %v133 = shufflevector <16 x float> %v132, <16 x float> poison, <16 x i32> zeroinitializer
  %v134 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v133, <16 x float> %v103, <16 x float> %v30)
  %v135 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v133, <16 x float> %v107, <16 x float> %v31)
  %v136 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v133, <16 x float> %v111, <16 x float> %v32)
  %v137 = insertelement <16 x float> poison, float %v69, i64 0
  %v138 = shufflevector <16 x float> %v137, <16 x float> poison, <16 x i32> zeroinitializer
  %v139 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v138, <16 x float> %v103, <16 x float> %v33)
  %v140 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v138, <16 x float> %v107, <16 x float> %v34)
  %v141 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v138, <16 x float> %v111, <16 x float> %v35)
  %v142 = insertelement <16 x float> poison, float %v72, i64 0
  %v143 = shufflevector <16 x float> %v142, <16 x float> poison, <16 x i32> zeroinitializer
  %v144 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v143, <16 x float> %v103, <16 x float> %v36)
  %v145 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v143, <16 x float> %v107, <16 x float> %v37)
  %v146 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v143, <16 x float> %v111, <16 x float> %v38)
  %v147 = insertelement <16 x float> poison, float %v75, i64 0
  %v148 = shufflevector <16 x float> %v147, <16 x float> poison, <16 x i32> zeroinitializer
  %v149 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v148, <16 x float> %v103, <16 x float> %v39)
  %v150 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v148, <16 x float> %v107, <16 x float> %v40)
  %v151 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v148, <16 x float> %v111, <16 x float> %v41)
  %v152 = add nuw nsw i64 %v17, 1
  %v153 = icmp slt i64 %v152, 48
  br i1 %v153, label %b2, label %b3
b3:
  %v154 = fptrunc <16 x float> %v114 to <16 x half>
  %v155 = bitcast <16 x half> %v154 to <16 x i16>
  %v156 = bitcast <16 x i16> %v155 to <16 x half>
  %v157 = fpext <16 x half> %v156 to <16 x float>
  %v158 = fptrunc <16 x float> %v115 to <16 x half>
  %v159 = bitcast <16 x half> %v158 to <16 x i16>
  %v160 = bitcast <16 x i16> %v159 to <16 x half>
  %v161 = fpext <16 x half> %v160 to <16 x float>
  %v162 = fptrunc <16 x float> %v116 to <16 x half>
  %v163 = bitcast <16 x half> %v162 to <16 x i16>
  %v164 = bitcast <16 x i16> %v163 to <16 x half>
  %v165 = fpext <16 x half> %v164 to <16 x float>
  %v166 = fptrunc <16 x float> %v119 to <16 x half>
  %v167 = bitcast <16 x half> %v166 to <16 x i16>
  %v168 = bitcast <16 x i16> %v167 to <16 x half>
  %v169 = fpext <16 x half> %v168 to <16 x float>
  %v170 = fptrunc <16 x float> %v120 to <16 x half>
  %v171 = bitcast <16 x half> %v170 to <16 x i16>
  %v172 = bitcast <16 x i16> %v171 to <16 x half>
  %v173 = fpext <16 x half> %v172 to <16 x float>
  %v174 = fptrunc <16 x float> %v121 to <16 x half>
  %v175 = bitcast <16 x half> %v174 to <16 x i16>
  %v176 = bitcast <16 x i16> %v175 to <16 x half>
  %v177 = fpext <16 x half> %v176 to <16 x float>
  %v178 = fptrunc <16 x float> %v124 to <16 x half>
  %v179 = bitcast <16 x half> %v178 to <16 x i16>
  %v180 = bitcast <16 x i16> %v179 to <16 x half>
  %v181 = fpext <16 x half> %v180 to <16 x float>
  %v182 = fptrunc <16 x float> %v125 to <16 x half>
  %v183 = bitcast <16 x half> %v182 to <16 x i16>
  %v184 = bitcast <16 x i16> %v183 to <16 x half>
  %v185 = fpext <16 x half> %v184 to <16 x float>
  %v186 = fptrunc <16 x float> %v126 to <16 x half>
  %v187 = bitcast <16 x half> %v186 to <16 x i16>
  %v188 = bitcast <16 x i16> %v187 to <16 x half>
  %v189 = fpext <16 x half> %v188 to <16 x float>
  %v190 = fptrunc <16 x float> %v129 to <16 x half>
  %v191 = bitcast <16 x half> %v190 to <16 x i16>
  %v192 = bitcast <16 x i16> %v191 to <16 x half>
  %v193 = fpext <16 x half> %v192 to <16 x float>
  %v194 = fptrunc <16 x float> %v130 to <16 x half>
  %v195 = bitcast <16 x half> %v194 to <16 x i16>
  %v196 = bitcast <16 x i16> %v195 to <16 x half>
  %v197 = fpext <16 x half> %v196 to <16 x float>
  %v198 = fptrunc <16 x float> %v131 to <16 x half>
  %v199 = bitcast <16 x half> %v198 to <16 x i16>
  %v200 = bitcast <16 x i16> %v199 to <16 x half>
  %v201 = fpext <16 x half> %v200 to <16 x float>
  %v202 = fptrunc <16 x float> %v134 to <16 x half>
  %v203 = bitcast <16 x half> %v202 to <16 x i16>
  %v204 = bitcast <16 x i16> %v203 to <16 x half>
  %v205 = fpext <16 x half> %v204 to <16 x float>
  %v206 = fptrunc <16 x float> %v135 to <16 x half>
  %v207 = bitcast <16 x half> %v206 to <16 x i16>
  %v208 = bitcast <16 x i16> %v207 to <16 x half>
  %v209 = fpext <16 x half> %v208 to <16 x float>
  %v210 = fptrunc <16 x float> %v136 to <16 x half>
  %v211 = bitcast <16 x half> %v210 to <16 x i16>
  %v212 = bitcast <16 x i16> %v211 to <16 x half>
  %v213 = fpext <16 x half> %v212 to <16 x float>
  %v214 = fptrunc <16 x float> %v139 to <16 x half>
  %v215 = bitcast <16 x half> %v214 to <16 x i16>
  %v216 = bitcast <16 x i16> %v215 to <16 x half>
  %v217 = fpext <16 x half> %v216 to <16 x float>
  %v218 = fptrunc <16 x float> %v140 to <16 x half>
  %v219 = bitcast <16 x half> %v218 to <16 x i16>
  %v220 = bitcast <16 x i16> %v219 to <16 x half>
  %v221 = fpext <16 x half> %v220 to <16 x float>
  %v222 = fptrunc <16 x float> %v141 to <16 x half>
  %v223 = bitcast <16 x half> %v222 to <16 x i16>
  %v224 = bitcast <16 x i16> %v223 to <16 x half>
  %v225 = fpext <16 x half> %v224 to <16 x float>
  %v226 = fptrunc <16 x float> %v144 to <16 x half>
  %v227 = bitcast <16 x half> %v226 to <16 x i16>
  %v228 = bitcast <16 x i16> %v227 to <16 x half>
  %v229 = fpext <16 x half> %v228 to <16 x float>
  %v230 = fptrunc <16 x float> %v145 to <16 x half>
  %v231 = bitcast <16 x half> %v230 to <16 x i16>
  %v232 = bitcast <16 x i16> %v231 to <16 x half>
  %v233 = fpext <16 x half> %v232 to <16 x float>
  %v234 = fptrunc <16 x float> %v146 to <16 x half>
  %v235 = bitcast <16 x half> %v234 to <16 x i16>
  %v236 = bitcast <16 x i16> %v235 to <16 x half>
  %v237 = fpext <16 x half> %v236 to <16 x float>
  %v238 = fptrunc <16 x float> %v149 to <16 x half>
  %v239 = bitcast <16 x half> %v238 to <16 x i16>
  %v240 = bitcast <16 x i16> %v239 to <16 x half>
  %v241 = fpext <16 x half> %v240 to <16 x float>
  %v242 = fptrunc <16 x float> %v150 to <16 x half>
  %v243 = bitcast <16 x half> %v242 to <16 x i16>
  %v244 = bitcast <16 x i16> %v243 to <16 x half>
  %v245 = fpext <16 x half> %v244 to <16 x float>
  %v246 = fptrunc <16 x float> %v151 to <16 x half>
  %v247 = bitcast <16 x half> %v246 to <16 x i16>
  %v248 = bitcast <16 x i16> %v247 to <16 x half>
  %v249 = fpext <16 x half> %v248 to <16 x float>
  %v250 = mul i64 %v16, 320
  %v251 = getelementptr i16, ptr %v1, i64 %v250
  %v252 = getelementptr i16, ptr %v251, i64 16
  %v253 = getelementptr i16, ptr %v251, i64 32
  %v254 = getelementptr i16, ptr %v251, i64 40
  %v255 = getelementptr i16, ptr %v251, i64 56
  %v256 = getelementptr i16, ptr %v251, i64 72
  %v257 = getelementptr i16, ptr %v251, i64 80
  %v258 = getelementptr i16, ptr %v251, i64 96
  %v259 = getelementptr i16, ptr %v251, i64 112
  %v260 = getelementptr i16, ptr %v251, i64 120
  %v261 = getelementptr i16, ptr %v251, i64 136
  %v262 = getelementptr i16, ptr %v251, i64 152
  %v263 = getelementptr i16, ptr %v251, i64 160
  %v264 = getelementptr i16, ptr %v251, i64 176
  %v265 = getelementptr i16, ptr %v251, i64 192
  %v266 = getelementptr i16, ptr %v251, i64 200
  %v267 = getelementptr i16, ptr %v251, i64 216
  %v268 = getelementptr i16, ptr %v251, i64 232
  %v269 = getelementptr i16, ptr %v251, i64 240
  %v270 = getelementptr i16, ptr %v251, i64 256
  %v271 = getelementptr i16, ptr %v251, i64 272
  %v272 = getelementptr i16, ptr %v251, i64 280
  %v273 = getelementptr i16, ptr %v251, i64 296
  %v274 = getelementptr i16, ptr %v251, i64 312
  %v275 = fptrunc <16 x float> %v157 to <16 x half>
  %v276 = bitcast <16 x half> %v275 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v276, ptr align 2 %v251, <16 x i1> %v82)
  %v277 = fptrunc <16 x float> %v161 to <16 x half>
  %v278 = bitcast <16 x half> %v277 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v278, ptr align 2 %v252, <16 x i1> %v89)
  %v279 = fptrunc <16 x float> %v165 to <16 x half>
  %v280 = bitcast <16 x half> %v279 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v280, ptr align 2 %v253, <16 x i1> %v96)
  %v281 = fptrunc <16 x float> %v169 to <16 x half>
  %v282 = bitcast <16 x half> %v281 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v282, ptr align 2 %v254, <16 x i1> %v82)
  %v283 = fptrunc <16 x float> %v173 to <16 x half>
  %v284 = bitcast <16 x half> %v283 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v284, ptr align 2 %v255, <16 x i1> %v89)
  %v285 = fptrunc <16 x float> %v177 to <16 x half>
  %v286 = bitcast <16 x half> %v285 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v286, ptr align 2 %v256, <16 x i1> %v96)
  %v287 = fptrunc <16 x float> %v181 to <16 x half>
  %v288 = bitcast <16 x half> %v287 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v288, ptr align 2 %v257, <16 x i1> %v82)
  %v289 = fptrunc <16 x float> %v185 to <16 x half>
  %v290 = bitcast <16 x half> %v289 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v290, ptr align 2 %v258, <16 x i1> %v89)
  %v291 = fptrunc <16 x float> %v189 to <16 x half>
  %v292 = bitcast <16 x half> %v291 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v292, ptr align 2 %v259, <16 x i1> %v96)
  %v293 = fptrunc <16 x float> %v193 to <16 x half>
  %v294 = bitcast <16 x half> %v293 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v294, ptr align 2 %v260, <16 x i1> %v82)
  %v295 = fptrunc <16 x float> %v197 to <16 x half>
  %v296 = bitcast <16 x half> %v295 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v296, ptr align 2 %v261, <16 x i1> %v89)
  %v297 = fptrunc <16 x float> %v201 to <16 x half>
  %v298 = bitcast <16 x half> %v297 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v298, ptr align 2 %v262, <16 x i1> %v96)
  %v299 = fptrunc <16 x float> %v205 to <16 x half>
  %v300 = bitcast <16 x half> %v299 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v300, ptr align 2 %v263, <16 x i1> %v82)
  %v301 = fptrunc <16 x float> %v209 to <16 x half>
  %v302 = bitcast <16 x half> %v301 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v302, ptr align 2 %v264, <16 x i1> %v89)
  %v303 = fptrunc <16 x float> %v213 to <16 x half>
  %v304 = bitcast <16 x half> %v303 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v304, ptr align 2 %v265, <16 x i1> %v96)
  %v305 = fptrunc <16 x float> %v217 to <16 x half>
  %v306 = bitcast <16 x half> %v305 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v306, ptr align 2 %v266, <16 x i1> %v82)
  %v307 = fptrunc <16 x float> %v221 to <16 x half>
  %v308 = bitcast <16 x half> %v307 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v308, ptr align 2 %v267, <16 x i1> %v89)
  %v309 = fptrunc <16 x float> %v225 to <16 x half>
  %v310 = bitcast <16 x half> %v309 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v310, ptr align 2 %v268, <16 x i1> %v96)
  %v311 = fptrunc <16 x float> %v229 to <16 x half>
  %v312 = bitcast <16 x half> %v311 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v312, ptr align 2 %v269, <16 x i1> %v82)
  %v313 = fptrunc <16 x float> %v233 to <16 x half>
  %v314 = bitcast <16 x half> %v313 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v314, ptr align 2 %v270, <16 x i1> %v89)
  %v315 = fptrunc <16 x float> %v237 to <16 x half>
  %v316 = bitcast <16 x half> %v315 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v316, ptr align 2 %v271, <16 x i1> %v96)
  %v317 = fptrunc <16 x float> %v241 to <16 x half>
  %v318 = bitcast <16 x half> %v317 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v318, ptr align 2 %v272, <16 x i1> %v82)
  %v319 = fptrunc <16 x float> %v245 to <16 x half>
  %v320 = bitcast <16 x half> %v319 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v320, ptr align 2 %v273, <16 x i1> %v89)
  %v321 = fptrunc <16 x float> %v249 to <16 x half>
  %v322 = bitcast <16 x half> %v321 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v322, ptr align 2 %v274, <16 x i1> %v96)
  %v323 = add nuw nsw i64 %v16, 1
  %v324 = icmp slt i64 %v323, %v15
  br i1 %v324, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
