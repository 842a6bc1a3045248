define void @dot_64x40(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v76 = alloca float, i64 2304, align 64
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
  br label %b3
b3:
  %v77 = phi i64 [ 0, %b0 ], [ %v99, %b5 ]
  %v79 = mul i64 %v77, 16
  %v80 = sub i64 40, %v79
  %v81 = call i64 @llvm.smax.i64(i64 %v80, i64 0)
  %v82 = call i64 @llvm.smin.i64(i64 %v81, i64 16)
  %v83 = trunc i64 %v82 to i32
  %v84 = insertelement <16 x i32> poison, i32 %v83, i64 0
  %v85 = shufflevector <16 x i32> %v84, <16 x i32> poison, <16 x i32> zeroinitializer
  %v86 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v85
  %v87 = mul i64 %v77, 768
  br label %b4
b4:
  %v78 = phi i64 [ 0, %b3 ], [ %v97, %b4 ]
  %v88 = add i64 %v87, %v78
  %v89 = getelementptr i16, ptr %v5, i64 %v88
  %v90 = getelementptr i16, ptr %v89, <16 x i32> <i32 0, i32 48, i32 96, i32 144, i32 192, i32 240, i32 288, i32 336, i32 384, i32 432, i32 480, i32 528, i32 576, i32 624, i32 672, i32 720>
  %v91 = call <16 x i16> @llvm.masked.gather.v16i16.v16p0(<16 x ptr> align 2 %v90, <16 x i1> %v86, <16 x i16> zeroinitializer)
  %v92 = bitcast <16 x i16> %v91 to <16 x half>
  %v93 = fpext <16 x half> %v92 to <16 x float>
  %v94 = mul i64 %v78, 48
  %v95 = add i64 %v79, %v94
  %v96 = getelementptr float, ptr %v76, i64 %v95
  store <16 x float> %v93, ptr %v96, align 4
  %v97 = add nuw nsw i64 %v78, 1
  %v98 = icmp slt i64 %v97, 48
  br i1 %v98, label %b4, label %b5
b5:
  %v99 = add nuw nsw i64 %v77, 1
  %v100 = icmp slt i64 %v99, 3
  br i1 %v100, label %b3, label %b6
b6:
  %v246 = sub i64 40, 0
  %v247 = call i64 @llvm.smax.i64(i64 %v246, i64 0)
  %v248 = call i64 @llvm.smin.i64(i64 %v247, i64 16)
  %v249 = trunc i64 %v248 to i32
  %v250 = insertelement <16 x i32> poison, i32 %v249, i64 0
  %v251 = shufflevector <16 x i32> %v250, <16 x i32> poison, <16 x i32> zeroinitializer
  %v252 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v251
  %v253 = sub i64 24, 0
  %v254 = call i64 @llvm.smax.i64(i64 %v253, i64 0)
  %v255 = call i64 @llvm.smin.i64(i64 %v254, i64 16)
  %v256 = trunc i64 %v255 to i32
  %v257 = insertelement <16 x i32> poison, i32 %v256, i64 0
  %v258 = shufflevector <16 x i32> %v257, <16 x i32> poison, <16 x i32> zeroinitializer
  %v259 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v258
  %v260 = sub i64 8, 0
  %v261 = call i64 @llvm.smax.i64(i64 %v260, i64 0)
  %v262 = call i64 @llvm.smin.i64(i64 %v261, i64 16)
  %v263 = trunc i64 %v262 to i32
  %v264 = insertelement <16 x i32> poison, i32 %v263, i64 0
  %v265 = shufflevector <16 x i32> %v264, <16 x i32> poison, <16 x i32> zeroinitializer
  %v266 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v265
  br label %b1
b1:
  %v16 = phi i64 [ %v10, %b6 ], [ %v340, %b7 ]
  %v42 = mul i64 %v16, 384
  br label %b2
b2:
  %v17 = phi i64 [ 0, %b1 ], [ %v148, %b2 ]
  %v18 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v110, %b2 ]
  %v19 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v111, %b2 ]
  %v20 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v112, %b2 ]
  %v21 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v115, %b2 ]
  %v22 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v116, %b2 ]
  %v23 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v117, %b2 ]
  %v24 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v120, %b2 ]
  %v25 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v121, %b2 ]
  %v26 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v122, %b2 ]
  %v27 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v125, %b2 ]
  %v28 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v126, %b2 ]
  %v29 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v127, %b2 ]
  %v30 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v130, %b2 ]
  %v31 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v131, %b2 ]
  %v32 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v132, %b2 ]
  %v33 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v135, %b2 ]
  %v34 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v136, %b2 ]
  %v35 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v137, %b2 ]
  %v36 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v140, %b2 ]
  %v37 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v141, %b2 ]
  %v38 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v142, %b2 ]
  %v39 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v145, %b2 ]
  %v40 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v146, %b2 ]
  %v41 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v147, %b2 ]
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
  %v101 = mul i64 %v17, 48
  %v102 = getelementptr float, ptr %v76, i64 %v101
  %v103 = getelementptr float, ptr %v102, i64 16
  %v104 = getelementptr float, ptr %v102, i64 32
  %v105 = load <16 x float>, ptr %v102, align 4
  %v106 = load <16 x float>, ptr %v103, align 4
  %v107 = load <16 x float>, ptr %v104, align 4
  %v108 = insertelement <16 x float> poison, float %v54, i64 0
  %v109 = shufflevector <16 x float> %v108, <16 x float> poison, <16 x i32> zeroinitializer
  %v110 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v109, <16 x float> %v105, <16 x float> %v18)
  %v111 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v109, <16 x float> %v106, <16 x float> %v19)
  %v112 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v109, <16 x float> %v107, <16 x float> %v20)
  %v113 = insertelement <16 x float> poison, float %v57, i64 0
  %v114 = shufflevector <16 x float> %v113, <16 x float> poison, <16 x i32> zeroinitializer
  %v115 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v114, <16 x float> %v105, <16 x float> %v21)
  %v116 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v114, <16 x float> %v106, <16 x float> %v22)
  %v117 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v114, <16 x float> %v107, <16 x float> %v23)
  %v118 = insertelement <16 x float> poison, float %v60, i64 0
  %v119 = shufflevector <16 x float> %v118, <16 x float> poison, <16 x i32> zeroinitializer
  %v120 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v119, <16 x float> %v105, <16 x float> %v24)
  %v121 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v119, <16 x float> %v106, <16 x float> %v25)
  %v122 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v119, <16 x float> %v107, <16 x float> %v26)
  %v123 = insertelement <16 x float> poison, float %v63, i64 0
  %v124 = shufflevector <16 x float> %v123, <16 x float> poison, <16 x i32> zeroinitializer
  %v125 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v124, <16 x float> %v105, <16 x float> %v27)
  %v126 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v124, <16 x float> %v106, <16 x float> %v28)
  %v127 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v124, <16 x float> %v107, <16 x float> %v29)
  %v128 = insertelement <16 x float> poison, float %v66, i64 0
  %v129 = shufflevector <16 x float> %v128, <16 x float> poison, <16 x i32> zeroinitializer
  %v130 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v105, <16 x float> %v30)
  %v131 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v106, <16 x float> %v31)
  %v132 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v107, <16 x float> %v32)
  %v133 = insertelement <16 x float> poison, float %v69, i64 0
  %v134 = shufflevector <16 x float> %v133, <16 x float> poison, <16 x i32> zeroinitializer
  %v135 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v134, <16 x float> %v105, <16 x float> %v33)
  %v136 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v134, <16 x float> %v106, <16 x float> %v34)
  %v137 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v134, <16 x float> %v107, <16 x float> %v35)
  %v138 = insertelement <16 x float> poison, float %v72, i64 0
  %v139 = shufflevector <16 x float> %v138, <16 x float> poison, <16 x i32> zeroinitializer
  %v140 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v139, <16 x float> %v105, <16 x float> %v36)
  %v141 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v139, <16 x float> %v106, <16 x float> %v37)
  %v142 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v139, <16 x float> %v107, <16 x float> %v38)
  %v143 = insertelement <16 x float> poison, float %v75, i64 0
  %v144 = shufflevector <16 x float> %v143, <16 x float> poison, <16 x i32> zeroinitializer
  %v145 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v144, <16 x float> %v105, <16 x float> %v39)
  %v146 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v144, <16 x float> %v106, <16 x float> %v40)
  %v147 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v144, <16 x float> %v107, <16 x float> %v41)
  %v148 = add nuw nsw i64 %v17, 1
  %v149 = icmp slt i64 %v148, 48
  br i1 %v149, label %b2, label %b7
b7:
  %v150 = fptrunc <16 x float> %v110 to <16 x half>
  %v151 = bitcast <16 x half> %v150 to <16 x i16>
  %v152 = bitcast <16 x i16> %v151 to <16 x half>
  %v153 = fpext <16 x half> %v152 to <16 x float>
  %v154 = fptrunc <16 x float> %v111 to <16 x half>
  %v155 = bitcast <16 x half> %v154 to <16 x i16>
  %v156 = bitcast <16 x i16> %v155 to <16 x half>
  %v157 = fpext <16 x half> %v156 to <16 x float>
  %v158 = fptrunc <16 x float> %v112 to <16 x half>
  %v159 = bitcast <16 x half> %v158 to <16 x i16>
  %v160 = bitcast <16 x i16> %v159 to <16 x half>
  %v161 = fpext <16 x half> %v160 to <16 x float>
  %v162 = fptrunc <16 x float> %v115 to <16 x half>
  %v163 = bitcast <16 x half> %v162 to <16 x i16>
  %v164 = bitcast <16 x i16> %v163 to <16 x half>
  %v165 = fpext <16 x half> %v164 to <16 x float>
  %v166 = fptrunc <16 x float> %v116 to <16 x half>
  %v167 = bitcast <16 x half> %v166 to <16 x i16>
  %v168 = bitcast <16 x i16> %v167 to <16 x half>
  %v169 = fpext <16 x half> %v168 to <16 x float>
  %v170 = fptrunc <16 x float> %v117 to <16 x half>
  %v171 = bitcast <16 x half> %v170 to <16 x i16>
  %v172 = bitcast <16 x i16> %v171 to <16 x half>
  %v173 = fpext <16 x half> %v172 to <16 x float>
  %v174 = fptrunc <16 x float> %v120 to <16 x half>
  %v175 = bitcast <16 x half> %v174 to <16 x i16>
  %v176 = bitcast <16 x i16> %v175 to <16 x half>
  %v177 = fpext <16 x half> %v176 to <16 x float>
  %v178 = fptrunc <16 x float> %v121 to <16 x half>
  %v179 = bitcast <16 x half> %v178 to <16 x i16>
  %v180 = bitcast <16 x i16> %v179 to <16 x half>
  %v181 = fpext <16 x half> %v180 to <16 x float>
  %v182 = fptrunc <16 x float> %v122 to <16 x half>
  %v183 = bitcast <16 x half> %v182 to <16 x i16>
  %v184 = bitcast <16 x i16> %v183 to <16 x half>
  %v185 = fpext <16 x half> %v184 to <16 x float>
  %v186 = fptrunc <16 x float> %v125 to <16 x half>
  %v187 = bitcast <16 x half> %v186 to <16 x i16>
  %v188 = bitcast <16 x i16> %v187 to <16 x half>
  %v189 = fpext <16 x half> %v188 to <16 x float>
  %v190 = fptrunc <16 x float> %v126 to <16 x half>
  %v191 = bitcast <16 x half> %v190 to <16 x i16>
  %v192 = bitcast <16 x i16> %v191 to <16 x half>
  %v193 = fpext <16 x half> %v192 to <16 x float>
  %v194 = fptrunc <16 x float> %v127 to <16 x half>
  %v195 = bitcast <16 x half> %v194 to <16 x i16>
  %v196 = bitcast <16 x i16> %v195 to <16 x half>
  %v197 = fpext <16 x half> %v196 to <16 x float>
  %v198 = fptrunc <16 x float> %v130 to <16 x half>
  %v199 = bitcast <16 x half> %v198 to <16 x i16>
  %v200 = bitcast <16 x i16> %v199 to <16 x half>
  %v201 = fpext <16 x half> %v200 to <16 x float>
  %v202 = fptrunc <16 x float> %v131 to <16 x half>
  %v203 = bitcast <16 x half> %v202 to <16 x i16>
  %v204 = bitcast <16 x i16> %v203 to <16 x half>
  %v205 = fpext <16 x half> %v204 to <16 x float>
  %v206 = fptrunc <16 x float> %v132 to <16 x half>
  %v207 = bitcast <16 x half> %v206 to <16 x i16>
  %v208 = bitcast <16 x i16> %v207 to <16 x half>
  %v209 = fpext <16 x half> %v208 to <16 x float>
  %v210 = fptrunc <16 x float> %v135 to <16 x half>
  %v211 = bitcast <16 x half> %v210 to <16 x i16>
  %v212 = bitcast <16 x i16> %v211 to <16 x half>
  %v213 = fpext <16 x half> %v212 to <16 x float>
  %v214 = fptrunc <16 x float> %v136 to <16 x half>
  %v215 = bitcast <16 x half> %v214 to <16 x i16>
  %v216 = bitcast <16 x i16> %v215 to <16 x half>
  %v217 = fpext <16 x half> %v216 to <16 x float>
  %v218 = fptrunc <16 x float> %v137 to <16 x half>
  %v219 = bitcast <16 x half> %v218 to <16 x i16>
  %v220 = bitcast <16 x i16> %v219 to <16 x half>
  %v221 = fpext <16 x half> %v220 to <16 x float>
  %v222 = fptrunc <16 x float> %v140 to <16 x half>
  %v223 = bitcast <16 x half> %v222 to <16 x i16>
  %v224 = bitcast <16 x i16> %v223 to <16 x half>
  %v225 = fpext <16 x half> %v224 to <16 x float>
  %v226 = fptrunc <16 x float> %v141 to <16 x half>
  %v227 = bitcast <16 x half> %v226 to <16 x i16>
  %v228 = bitcast <16 x i16> %v227 to <16 x half>
  %v229 = fpext <16 x half> %v228 to <16 x float>
  %v230 = fptrunc <16 x float> %v142 to <16 x half>
  %v231 = bitcast <16 x half> %v230 to <16 x i16>
  %v232 = bitcast <16 x i16> %v231 to <16 x half>
  %v233 = fpext <16 x half> %v232 to <16 x float>
  %v234 = fptrunc <16 x float> %v145 to <16 x half>
  %v235 = bitcast <16 x half> %v234 to <16 x i16>
  %v236 = bitcast <16 x i16> %v235 to <16 x half>
  %v237 = fpext <16 x half> %v236 to <16 x float>
  %v238 = fptrunc <16 x float> %v146 to <16 x half>
  %v239 = bitcast <16 x half> %v238 to <16 x i16>
  %v240 = bitcast <16 x i16> %v239 to <16 x half>
  %v241 = fpext <16 x half> %v240 to <16 x float>
  %v242 = fptrunc <16 x float> %v147 to <16 x half>
  %v243 = bitcast <16 x half> %v242 to <16 x i16>
  %v244 = bitcast <16 x i16> %v243 to <16 x half>
  %v245 = fpext <16 x half> %v244 to <16 x float>
  %v267 = mul i64 %v16, 320
  %v268 = getelementptr i16, ptr %v1, i64 %v267
  %v269 = getelementptr i16, ptr %v268, i64 16
  %v270 = getelementptr i16, ptr %v268, i64 32
  %v271 = getelementptr i16, ptr %v268, i64 40
  %v272 = getelementptr i16, ptr %v268, i64 56
  %v273 = getelementptr i16, ptr %v268, i64 72
  %v274 = getelementptr i16, ptr %v268, i64 80
  %v275 = getelementptr i16, ptr %v268, i64 96
  %v276 = getelementptr i16, ptr %v268, i64 112
  %v277 = getelementptr i16, ptr %v268, i64 120
  %v278 = getelementptr i16, ptr %v268, i64 136
  %v279 = getelementptr i16, ptr %v268, i64 152
  %v280 = getelementptr i16, ptr %v268, i64 160
  %v281 = getelementptr i16, ptr %v268, i64 176
  %v282 = getelementptr i16, ptr %v268, i64 192
  %v283 = getelementptr i16, ptr %v268, i64 200
  %v284 = getelementptr i16, ptr %v268, i64 216
  %v285 = getelementptr i16, ptr %v268, i64 232
  %v286 = getelementptr i16, ptr %v268, i64 240
  %v287 = getelementptr i16, ptr %v268, i64 256
  %v288 = getelementptr i16, ptr %v268, i64 272
  %v289 = getelementptr i16, ptr %v268, i64 280
  %v290 = getelementptr i16, ptr %v268, i64 296
  %v291 = getelementptr i16, ptr %v268, i64 312
  %v292 = fptrunc <16 x float> %v153 to <16 x half>
  %v293 = bitcast <16 x half> %v292 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v293, ptr align 2 %v268, <16 x i1> %v252)
  %v294 = fptrunc <16 x float> %v157 to <16 x half>
  %v295 = bitcast <16 x half> %v294 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v295, ptr align 2 %v269, <16 x i1> %v259)
  %v296 = fptrunc <16 x float> %v161 to <16 x half>
  %v297 = bitcast <16 x half> %v296 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v297, ptr align 2 %v270, <16 x i1> %v266)
  %v298 = fptrunc <16 x float> %v165 to <16 x half>
  %v299 = bitcast <16 x half> %v298 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v299, ptr align 2 %v271, <16 x i1> %v252)
  %v300 = fptrunc <16 x float> %v169 to <16 x half>
  %v301 = bitcast <16 x half> %v300 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v301, ptr align 2 %v272, <16 x i1> %v259)
  %v302 = fptrunc <16 x float> %v173 to <16 x half>
  %v303 = bitcast <16 x half> %v302 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v303, ptr align 2 %v273, <16 x i1> %v266)
  %v304 = fptrunc <16 x float> %v177 to <16 x half>
  %v305 = bitcast <16 x half> %v304 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v305, ptr align 2 %v274, <16 x i1> %v252)
  %v306 = fptrunc <16 x float> %v181 to <16 x half>
  %v307 = bitcast <16 x half> %v306 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v307, ptr align 2 %v275, <16 x i1> %v259)
  %v308 = fptrunc <16 x float> %v185 to <16 x half>
  %v309 = bitcast <16 x half> %v308 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v309, ptr align 2 %v276, <16 x i1> %v266)
  %v310 = fptrunc <16 x float> %v189 to <16 x half>
  %v311 = bitcast <16 x half> %v310 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v311, ptr align 2 %v277, <16 x i1> %v252)
  %v312 = fptrunc <16 x float> %v193 to <16 x half>
  %v313 = bitcast <16 x half> %v312 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v313, ptr align 2 %v278, <16 x i1> %v259)
  %v314 = fptrunc <16 x float> %v197 to <16 x half>
  %v315 = bitcast <16 x half> %v314 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v315, ptr align 2 %v279, <16 x i1> %v266)
  %v316 = fptrunc <16 x float> %v201 to <16 x half>
  %v317 = bitcast <16 x half> %v316 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v317, ptr align 2 %v280, <16 x i1> %v252)
  %v318 = fptrunc <16 x float> %v205 to <16 x half>
  %v319 = bitcast <16 x half> %v318 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v319, ptr align 2 %v281, <16 x i1> %v259)
  %v320 = fptrunc <16 x float> %v209 to <16 x half>
  %v321 = bitcast <16 x half> %v320 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v321, ptr align 2 %v282, <16 x i1> %v266)
  %v322 = fptrunc <16 x float> %v213 to <16 x half>
  %v323 = bitcast <16 x half> %v322 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v323, ptr align 2 %v283, <16 x i1> %v252)
  %v324 = fptrunc <16 x float> %v217 to <16 x half>
  %v325 = bitcast <16 x half> %v324 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v325, ptr align 2 %v284, <16 x i1> %v259)
  %v326 = fptrunc <16 x float> %v221 to <16 x half>
  %v327 = bitcast <16 x half> %v326 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v327, ptr align 2 %v285, <16 x i1> %v266)
  %v328 = fptrunc <16 x float> %v225 to <16 x half>
  %v329 = bitcast <16 x half> %v328 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v329, ptr align 2 %v286, <16 x i1> %v252)
  %v330 = fptrunc <16 x float> %v229 to <16 x half>
  %v331 = bitcast <16 x half> %v330 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v331, ptr align 2 %v287, <16 x i1> %v259)
  %v332 = fptrunc <16 x float> %v233 to <16 x half>
  %v333 = bitcast <16 x half> %v332 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v333, ptr align 2 %v288, <16 x i1> %v266)
  %v334 = fptrunc <16 x float> %v237 to <16 x half>
  %v335 = bitcast <16 x half> %v334 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v335, ptr align 2 %v289, <16 x i1> %v252)
  %v336 = fptrunc <16 x float> %v241 to <16 x half>
  %v337 = bitcast <16 x half> %v336 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v337, ptr align 2 %v290, <16 x i1> %v259)
  %v338 = fptrunc <16 x float> %v245 to <16 x half>
  %v339 = bitcast <16 x half> %v338 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v339, ptr align 2 %v291, <16 x i1> %v266)
  %v340 = add nuw nsw i64 %v16, 1
  %v341 = icmp slt i64 %v340, %v15
  br i1 %v341, label %b1, label %b8
b8:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
