define void @dot_2x3x8x8(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
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
  %v9 = mul i64 2, %thread
  %v10 = udiv i64 %v9, %threads
  %v11 = mul i64 2, %v8
  %v12 = udiv i64 %v11, %threads
  %v13 = icmp slt i64 %v10, %v12
  br i1 %v13, label %b0, label %end
b0:
  %v14 = sub i64 %v12, 1
  %v15 = add i64 %v14, 1
  %v108 = add i64 0, 2
  %v109 = add i64 1, 2
  %v110 = add i64 2, 2
  %v111 = add i64 3, 2
  %v112 = add i64 4, 2
  %v113 = add i64 5, 2
  %v114 = add i64 6, 2
  %v115 = add i64 7, 2
  br label %b1
b1:
  %v16 = phi i64 [ %v10, %b0 ], [ %v299, %b7 ]
  %v181 = mul i64 %v16, 256
  br label %b2
b2:
  %v17 = phi i64 [ 0, %b1 ], [ %v272, %b6 ]
  %v18 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v217, %b6 ]
  %v19 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v219, %b6 ]
  %v20 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v221, %b6 ]
  %v21 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v223, %b6 ]
  %v22 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v225, %b6 ]
  %v23 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v227, %b6 ]
  %v24 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v229, %b6 ]
  %v25 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v231, %b6 ]
  %v26 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v235, %b6 ]
  %v27 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v237, %b6 ]
  %v28 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v239, %b6 ]
  %v29 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v241, %b6 ]
  %v30 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v243, %b6 ]
  %v31 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v245, %b6 ]
  %v32 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v247, %b6 ]
  %v33 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v249, %b6 ]
  %v34 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v253, %b6 ]
  %v35 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v255, %b6 ]
  %v36 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v257, %b6 ]
  %v37 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v259, %b6 ]
  %v38 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v261, %b6 ]
  %v39 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v263, %b6 ]
  %v40 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v265, %b6 ]
  %v41 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v267, %b6 ]
  %v116 = icmp slt i64 %v17, %v108
  %v117 = icmp slt i64 %v17, %v109
  %v118 = icmp slt i64 %v17, %v110
  %v119 = icmp slt i64 %v17, %v111
  %v120 = icmp slt i64 %v17, %v112
  %v121 = icmp slt i64 %v17, %v113
  %v122 = icmp slt i64 %v17, %v114
  %v123 = icmp slt i64 %v17, %v115
  %v124 = insertelement <8 x i1> poison, i1 %v116, i64 0
  %v125 = shufflevector <8 x i1> %v124, <8 x i1> poison, <8 x i32> zeroinitializer
  %v127 = insertelement <8 x i1> poison, i1 %v117, i64 0
  %v128 = shufflevector <8 x i1> %v127, <8 x i1> poison, <8 x i32> zeroinitializer
  %v130 = insertelement <8 x i1> poison, i1 %v118, i64 0
  %v131 = shufflevector <8 x i1> %v130, <8 x i1> poison, <8 x i32> zeroinitializer
  %v133 = insertelement <8 x i1> poison, i1 %v119, i64 0
  %v134 = shufflevector <8 x i1> %v133, <8 x i1> poison, <8 x i32> zeroinitializer
  %v136 = insertelement <8 x i1> poison, i1 %v120, i64 0
  %v137 = shufflevector <8 x i1> %v136, <8 x i1> poison, <8 x i32> zeroinitializer
  %v139 = insertelement <8 x i1> poison, i1 %v121, i64 0
  %v140 = shufflevector <8 x i1> %v139, <8 x i1> poison, <8 x i32> zeroinitializer
  %v142 = insertelement <8 x i1> poison, i1 %v122, i64 0
  %v143 = shufflevector <8 x i1> %v142, <8 x i1> poison, <8 x i32> zeroinitializer
  %v145 = insertelement <8 x i1> poison, i1 %v123, i64 0
  %v146 = shufflevector <8 x i1> %v145, <8 x i1> poison, <8 x i32> zeroinitializer
  %v148 = add i64 %v17, 7
  %v149 = icmp slt i64 0, %v148
  %v150 = icmp slt i64 1, %v148
  %v151 = icmp slt i64 2, %v148
  %v152 = icmp slt i64 3, %v148
  %v153 = icmp slt i64 4, %v148
  %v154 = icmp slt i64 5, %v148
  %v155 = icmp slt i64 6, %v148
  %v156 = icmp slt i64 7, %v148
  %v157 = insertelement <8 x i1> poison, i1 %v149, i64 0
  %v158 = shufflevector <8 x i1> %v157, <8 x i1> poison, <8 x i32> zeroinitializer
  %v160 = insertelement <8 x i1> poison, i1 %v150, i64 0
  %v161 = shufflevector <8 x i1> %v160, <8 x i1> poison, <8 x i32> zeroinitializer
  %v163 = insertelement <8 x i1> poison, i1 %v151, i64 0
  %v164 = shufflevector <8 x i1> %v163, <8 x i1> poison, <8 x i32> zeroinitializer
  %v166 = insertelement <8 x i1> poison, i1 %v152, i64 0
  %v167 = shufflevector <8 x i1> %v166, <8 x i1> poison, <8 x i32> zeroinitializer
  %v169 = insertelement <8 x i1> poison, i1 %v153, i64 0
  %v170 = shufflevector <8 x i1> %v169, <8 x i1> poison, <8 x i32> zeroinitializer
  %v172 = insertelement <8 x i1> poison, i1 %v154, i64 0
  %v173 = shufflevector <8 x i1> %v172, <8 x i1> poison, <8 x i32> zeroinitializer
  %v175 = insertelement <8 x i1> poison, i1 %v155, i64 0
  %v176 = shufflevector <8 x i1> %v175, <8 x i1> poison, <8 x i32> zeroinitializer
  %v178 = insertelement <8 x i1> poison, i1 %v156, i64 0
  %v179 = shufflevector <8 x i1> %v178, <8 x i1> poison, <8 x i32> zeroinitializer
  %v182 = mul i64 %v17, -8
  %v183 = add i64 %v181, %v182
  %v204 = mul i64 %v17, 3
  br label %b3
b3:
  %v42 = phi i64 [ 0, %b2 ], [ %v270, %b5 ]
  %v43 = phi <8 x float> [ %v18, %b2 ], [ %v217, %b5 ]
  %v44 = phi <8 x float> [ %v19, %b2 ], [ %v219, %b5 ]
  %v45 = phi <8 x float> [ %v20, %b2 ], [ %v221, %b5 ]
  %v46 = phi <8 x float> [ %v21, %b2 ], [ %v223, %b5 ]
  %v47 = phi <8 x float> [ %v22, %b2 ], [ %v225, %b5 ]
  %v48 = phi <8 x float> [ %v23, %b2 ], [ %v227, %b5 ]
  %v49 = phi <8 x float> [ %v24, %b2 ], [ %v229, %b5 ]
  %v50 = phi <8 x float> [ %v25, %b2 ], [ %v231, %b5 ]
  %v51 = phi <8 x float> [ %v26, %b2 ], [ %v235, %b5 ]
  %v52 = phi <8 x float> [ %v27, %b2 ], [ %v237, %b5 ]
  %v53 = phi <8 x float> [ %v28, %b2 ], [ %v239, %b5 ]
  %v54 = phi <8 x float> [ %v29, %b2 ], [ %v241, %b5 ]
  %v55 = phi <8 x float> [ %v30, %b2 ], [ %v243, %b5 ]
  %v56 = phi <8 x float> [ %v31, %b2 ], [ %v245, %b5 ]
  %v57 = phi <8 x float> [ %v32, %b2 ], [ %v247, %b5 ]
  %v58 = phi <8 x float> [ %v33, %b2 ], [ %v249, %b5 ]
  %v59 = phi <8 x float> [ %v34, %b2 ], [ %v253, %b5 ]
  %v60 = phi <8 x float> [ %v35, %b2 ], [ %v255, %b5 ]
  %v61 = phi <8 x float> [ %v36, %b2 ], [ %v257, %b5 ]
  %v62 = phi <8 x float> [ %v37, %b2 ], [ %v259, %b5 ]
  %v63 = phi <8 x float> [ %v38, %b2 ], [ %v261, %b5 ]
  %v64 = phi <8 x float> [ %v39, %b2 ], [ %v263, %b5 ]
  %v65 = phi <8 x float> [ %v40, %b2 ], [ %v265, %b5 ]
  %v66 = phi <8 x float> [ %v41, %b2 ], [ %v267, %b5 ]
  %v92 = mul i64 %v42, -1
  %v93 = sub i64 7, %v92
  %v94 = call i64 @llvm.smax.i64(i64 %v93, i64 0)
  %v95 = call i64 @llvm.smin.i64(i64 %v94, i64 8)
  %v96 = trunc i64 %v95 to i32
  %v97 = insertelement <8 x i32> poison, i32 %v96, i64 0
  %v98 = shufflevector <8 x i32> %v97, <8 x i32> poison, <8 x i32> zeroinitializer
  %v99 = icmp slt <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>, %v98
  %v100 = add i64 %v42, -2
  %v101 = call i64 @llvm.smax.i64(i64 %v100, i64 -1)
  %v102 = call i64 @llvm.smin.i64(i64 %v101, i64 7)
  %v103 = trunc i64 %v102 to i32
  %v104 = insertelement <8 x i32> poison, i32 %v103, i64 0
  %v105 = shufflevector <8 x i32> %v104, <8 x i32> poison, <8 x i32> zeroinitializer
  %v106 = icmp slt <8 x i32> %v105, <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v107 = and <8 x i1> %v99, %v106
  %v126 = and <8 x i1> %v107, %v125
  %v129 = and <8 x i1> %v107, %v128
  %v132 = and <8 x i1> %v107, %v131
  %v135 = and <8 x i1> %v107, %v134
  %v138 = and <8 x i1> %v107, %v137
  %v141 = and <8 x i1> %v107, %v140
  %v144 = and <8 x i1> %v107, %v143
  %v147 = and <8 x i1> %v107, %v146
  %v159 = and <8 x i1> %v126, %v158
  %v162 = and <8 x i1> %v129, %v161
  %v165 = and <8 x i1> %v132, %v164
  %v168 = and <8 x i1> %v135, %v167
  %v171 = and <8 x i1> %v138, %v170
  %v174 = and <8 x i1> %v141, %v173
  %v177 = and <8 x i1> %v144, %v176
  %v180 = and <8 x i1> %v147, %v179
  %v184 = add i64 %v183, %v92
  %v205 = add i64 %v204, %v42
  br label %b4
b4:
  %v67 = phi i64 [ 0, %b3 ], [ %v268, %b4 ]
  %v68 = phi <8 x float> [ %v43, %b3 ], [ %v217, %b4 ]
  %v69 = phi <8 x float> [ %v44, %b3 ], [ %v219, %b4 ]
  %v70 = phi <8 x float> [ %v45, %b3 ], [ %v221, %b4 ]
  %v71 = phi <8 x float> [ %v46, %b3 ], [ %v223, %b4 ]
  %v72 = phi <8 x float> [ %v47, %b3 ], [ %v225, %b4 ]
  %v73 = phi <8 x float> [ %v48, %b3 ], [ %v227, %b4 ]
  %v74 = phi <8 x float> [ %v49, %b3 ], [ %v229, %b4 ]
  %v75 = phi <8 x float> [ %v50, %b3 ], [ %v231, %b4 ]
  %v76 = phi <8 x float> [ %v51, %b3 ], [ %v235, %b4 ]
  %v77 = phi <8 x float> [ %v52, %b3 ], [ %v237, %b4 ]
  %v78 = phi <8 x float> [ %v53, %b3 ], [ %v239, %b4 ]
  %v79 = phi <8 x float> [ %v54, %b3 ], [ %v241, %b4 ]
  %v80 = phi <8 x float> [ %v55, %b3 ], [ %v243, %b4 ]
  %v81 = phi <8 x float> [ %v56, %b3 ], [ %v245, %b4 ]
  %v82 = phi <8 x float> [ %v57, %b3 ], [ %v247, %b4 ]
  %v83 = phi <8 x float> [ %v58, %b3 ], [ %v249, %b4 ]
  %v84 = phi <8 x float> [ %v59, %b3 ], [ %v253, %b4 ]
  %v85 = phi <8 x float> [ %v60, %b3 ], [ %v255, %b4 ]
  %v86 = phi <8 x float> [ %v61, %b3 ], [ %v257, %b4 ]
  %v87 = phi <8 x float> [ %v62, %b3 ], [ %v259, %b4 ]
  %v88 = phi <8 x float> [ %v63, %b3 ], [ %v261, %b4 ]
  %v89 = phi <8 x float> [ %v64, %b3 ], [ %v263, %b4 ]
  %v90 = phi <8 x float> [ %v65, %b3 ], [ %v265, %b4 ]
  %v91 = phi <8 x float> [ %v66, %b3 ], [ %v267, %b4 ]
  %v185 = mul i64 %v67, 64
  %v186 = add i64 %v184, %v185
  %v187 = getelementptr float, ptr %v3, i64 %v186
  %v188 = getelementptr float, ptr %v187, i64 9
  %v189 = getelementptr float, ptr %v187, i64 17
  %v190 = getelementptr float, ptr %v187, i64 25
  %v191 = getelementptr float, ptr %v187, i64 33
  %v192 = getelementptr float, ptr %v187, i64 41
  %v193 = getelementptr float, ptr %v187, i64 49
  %v194 = getelementptr float, ptr %v187, i64 57
  %v195 = getelementptr float, ptr %v187, i64 65
  %v196 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr align 4 %v188, <8 x i1> %v159, <8 x float> zeroinitializer)
  %v197 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr align 4 %v189, <8 x i1> %v162, <8 x float> zeroinitializer)
  %v198 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr align 4 %v190, <8 x i1> %v165, <8 x float> zeroinitializer)
  %v199 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr align 4 %v191, <8 x i1> %v168, <8 x float> zeroinitializer)
  %v200 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr align 4 %v192, <8 x i1> %v171, <8 x float> zeroinitializer)
  %v201 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr align 4 %v193, <8 x i1> %v174, <8 x float> zeroinitializer)
  %v202 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr align 4 %v194, <8 x i1> %v177, <8 x float> zeroinitializer)
  %v203 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr align 4 %v195, <8 x i1> %v180, <8 x float> zeroinitializer)
  %v206 = mul i64 %v67, 27
  %v207 = add i64 %v205, %v206
  %v208 = getelementptr float, ptr %v5, i64 %v207
  %v209 = getelementptr float, ptr %v208, i64 9
  %v210 = getelementptr float, ptr %v208, i64 18
  %v211 = load float, ptr %v208, align 4
  %v212 = load float, ptr %v209, align 4
  %v213 = load float, ptr %v210, align 4
  %v214 = insertelement <8 x float> poison, float %v211, i64 0
  %v215 = shufflevector <8 x float> %v214, <8 x float> poison, <8 x i32> zeroinitializer
  %v216 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v196, <8 x float> %v215, <8 x float> %v68)
  %v217 = select <8 x i1> %v159, <8 x float> %v216, <8 x float> %v68
  %v218 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v197, <8 x float> %v215, <8 x float> %v69)
  %v219 = select <8 x i1> %v162, <8 x float> %v218, <8 x float> %v69
  %v220 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v198, <8 x float> %v215, <8 x float> %v70)
  %v221 = select <8 x i1> %v165, <8 x float> %v220, <8 x float> %v70
  %v222 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v199, <8 x float> %v215, <8 x float> %v71)
  %v223 = select <8 x i1> %v168, <8 x float> %v222, <8 x float> %v71
  %v224 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v200, <8 x float> %v215, <8 x float> %v72)
  %v225 = select <8 x i1> %v171, <8 x float> %v224, <8 x float> %v72
  %v226 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v201, <8 x float> %v215, <8 x float> %v73)
  %v227 = select <8 x i1> %v174, <8 x float> %v226, <8 x float> %v73
  %v228 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v202, <8 x float> %v215, <8 x float> %v74)
  %v229 = select <8 x i1> %v177, <8 x float> %v228, <8 x float> %v74
  %v230 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v203, <8 x float> %v215, <8 x float> %v75)
  %v231 = select <8 x i1> %v180, <8 x float> %v230, <8 x float> %v75
  %v232 = insertelement <8 x float> poison, float %v212, i64 0
  %v233 = shufflevector <8 x float> %v232, <8 x float> poison, <8 x i32> zeroinitializer
  %v234 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v196, <8 x float> %v233, <8 x float> %v76)
  %v235 = select <8 x i1> %v159, <8 x float> %v234, <8 x float> %v76
  %v236 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v197, <8 x float> %v233, <8 x float> %v77)
  %v237 = select <8 x i1> %v162, <8 x float> %v236, <8 x float> %v77
  %v238 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v198, <8 x float> %v233, <8 x float> %v78)
  %v239 = select <8 x i1> %v165, <8 x float> %v238, <8 x float> %v78
  %v240 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v199, <8 x float> %v233, <8 x float> %v79)
  %v241 = select <8 x i1> %v168, <8 x float> %v240, <8 x float> %v79
  %v242 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v200, <8 x float> %v233, <8 x float> %v80)
  %v243 = select <8 x i1> %v171, <8 x float> %v242, <8 x float> %v80
  %v244 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v201, <8 x float> %v233, <8 x float> %v81)
  %v245 = select <8 x i1> %v174, <8 x float> %v244, <8 x float> %v81
  %v246 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v202, <8 x float> %v233, <8 x float> %v82)
  %v247 = select <8 x i1> %v177, <8 x float> %v246, <8 x float> %v82
  %v248 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v203, <8 x float> %v233, <8 x float> %v83)
  %v249 = select <8 x i1> %v180, <8 x float> %v248, <8 x float> %v83
  %v250 = insertelement <8 x float> poison, float %v213, i64 0
  %v251 = shufflevector <8 x float> %v250, <8 x float> poison, <8 x i32> zeroinitializer
  %v252 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v196, <8 x float> %v251, <8 x float> %v84)
  %v253 = select <8 x i1> %v159, <8 x float> %v252, <8 x float> %v84
  %v254 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v197, <8 x float> %v251, <8 x float> %v85)
  %v255 = select <8 x i1> %v162, <8 x float> %v254, <8 x float> %v85
  %v256 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v198, <8 x float> %v251, <8 x float> %v86)
  %v257 = select <8 x i1> %v165, <8 x float> %v256, <8 x float> %v86
  %v258 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v199, <8 x float> %v251, <8 x float> %v87)
  %v259 = select <8 x i1> %v168, <8 x float> %v258, <8 x float> %v87
  %v260 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v200, <8 x float> %v251, <8 x float> %v88)
  %v261 = select <8 x i1> %v171, <8 x float> %v260, <8 x float> %v88
  %v262 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v201, <8 x float> %v251, <8 x float> %v89)
  %v263 = select <8 x i1> %v174, <8 x float> %v262, <8 x float> %v89
  %v264 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v202, <8 x float> %v251, <8 x float> %v90)
  %v265 = select <8 x i1> %v177, <8 x float> %v264, <8 x float> %v90
  %v266 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v203, <8 x float> %v251, <8 x float> %v91)
  %v267 = select <8 x i1> %v180, <8 x float> %v266, <8 x float> %v91
  %v268 = add nuw nsw i64 %v67, 1
  %v269 = icmp slt i64 %v268, 4
  br i1 %v269, label %b4, label %b5
b5:
  %v270 = add nuw nsw i64 %v42, 1
  %v271 = icmp slt i64 %v270, 3
  br i1 %v271, label %b3, label %b6
b6:
  %v272 = add nuw nsw i64 %v17, 1
  %v273 = icmp slt i64 %v272, 3
  br i1 %v273, label %b2, label %b7
b7:
  %v274 = mul i64 %v16, 192
  %v275 = getelementptr float, ptr %v1, i64 %v274
  %v276 = getelementptr float, ptr %v275, i64 8
  %v277 = getelementptr float, ptr %v275, i64 16
  %v278 = getelementptr float, ptr %v275, i64 24
  %v279 = getelementptr float, ptr %v275, i64 32
  %v280 = getelementptr float, ptr %v275, i64 40
  %v281 = getelementptr float, ptr %v275, i64 48
  %v282 = getelementptr float, ptr %v275, i64 56
  %v283 = getelementptr float, ptr %v275, i64 64
  %v284 = getelementptr float, ptr %v275, i64 72
  %v285 = getelementptr float, ptr %v275, i64 80
  %v286 = getelementptr float, ptr %v275, i64 88
  %v287 = getelementptr float, ptr %v275, i64 96
  %v288 = getelementptr float, ptr %v275, i64 104
  %v289 = getelementptr float, ptr %v275, i64 112
  %v290 = getelementptr float, ptr %v275, i64 120
  %v291 = getelementptr float, ptr %v275, i64 128
  %v292 = getelementptr float, ptr %v275, i64 136
  %v293 = getelementptr float, ptr %v275, i64 144
  %v294 = getelementptr float, ptr %v275, i64 152
  %v295 = getelementptr float, ptr %v275, i64 160
  %v296 = getelementptr float, ptr %v275, i64 168
  %v297 = getelementptr float, ptr %v275, i64 176
  %v298 = getelementptr float, ptr %v275, i64 184
  store <8 x float> %v217, ptr %v275, align 4
  store <8 x float> %v219, ptr %v276, align 4
  store <8 x float> %v221, ptr %v277, align 4
  store <8 x float> %v223, ptr %v278, align 4
  store <8 x float> %v225, ptr %v279, align 4
  store <8 x float> %v227, ptr %v280, align 4
  store <8 x float> %v229, ptr %v281, align 4
  store <8 x float> %v231, ptr %v282, align 4
  store <8 x float> %v235, ptr %v283, align 4
  store <8 x float> %v237, ptr %v284, align 4
  store <8 x float> %v239, ptr %v285, align 4
  store <8 x float> %v241, ptr %v286, align 4
  store <8 x float> %v243, ptr %v287, align 4
  store <8 x float> %v245, ptr %v288, align 4
  store <8 x float> %v247, ptr %v289, align 4
  store <8 x float> %v249, ptr %v290, align 4
  store <8 x float> %v253, ptr %v291, align 4
  store <8 x float> %v255, ptr %v292, align 4
  store <8 x float> %v257, ptr %v293, align 4
  store <8 x float> %v259, ptr %v294, align 4
  store <8 x float> %v261, ptr %v295, align 4
  store <8 x float> %v263, ptr %v296, align 4
  store <8 x float> %v265, ptr %v297, align 4
  store <8 x float> %v267, ptr %v298, align 4
  %v299 = add nuw nsw i64 %v16, 1
  %v300 = icmp slt i64 %v299, %v15
  br i1 %v300, label %b1, label %b8
b8:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}

define void @dot_4x3x3x3(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = getelementptr ptr, ptr %args, i64 3
  %v7 = load ptr, ptr %v6, align 8
  %v8 = mul i64 3, 3
  %v9 = add i64 %thread, 1
  %v10 = mul i64 %v8, %thread
  %v11 = udiv i64 %v10, %threads
  %v12 = mul i64 %v8, %v9
  %v13 = udiv i64 %v12, %threads
  %v14 = icmp slt i64 %v11, %v13
  br i1 %v14, label %b0, label %end
b0:
  %v15 = sub i64 %v13, 1
  %v16 = urem i64 %v11, 3
  %v17 = udiv i64 %v11, 3
  %v18 = urem i64 %v15, 3
  %v19 = udiv i64 %v15, 3
  %v20 = add i64 %v19, 1
  %v65 = and <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, splat (i32 7)
  %v73 = ashr <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, splat (i32 3)
  br label %b1
b1:
  %v21 = phi i64 [ %v17, %b0 ], [ %v272, %b7 ]
  %v22 = add i64 %v18, 1
  %v23 = icmp eq i64 %v21, %v17
  %v24 = icmp eq i64 %v21, %v19
  %v25 = select i1 %v23, i64 %v16, i64 0
  %v26 = select i1 %v24, i64 %v22, i64 3
  %v84 = mul i64 %v21, 8
  %v256 = mul i64 %v21, 3
  br label %b2
b2:
  %v27 = phi i64 [ %v25, %b1 ], [ %v270, %b6 ]
  %v66 = trunc i64 %v27 to i32
  %v67 = insertelement <16 x i32> poison, i32 %v66, i64 0
  %v68 = shufflevector <16 x i32> %v67, <16 x i32> poison, <16 x i32> zeroinitializer
  %v69 = add <16 x i32> %v68, %v65
  %v70 = icmp slt <16 x i32> splat (i32 0), %v69
  %v80 = icmp slt <16 x i32> %v69, splat (i32 9)
  %v85 = add i64 %v84, %v27
  br label %b3
b3:
  %v28 = phi i64 [ 0, %b2 ], [ %v110, %b5 ]
  %v29 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v96, %b5 ]
  %v30 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v97, %b5 ]
  %v31 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v98, %b5 ]
  %v32 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v99, %b5 ]
  %v33 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v100, %b5 ]
  %v34 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v101, %b5 ]
  %v35 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v102, %b5 ]
  %v36 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v103, %b5 ]
  %v37 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v104, %b5 ]
  %v38 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v105, %b5 ]
  %v39 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v106, %b5 ]
  %v40 = phi <16 x float> [ splat (float 0x0000000000000000), %b2 ], [ %v107, %b5 ]
  %v54 = mul i64 %v28, 16
  %v71 = mul i64 %v28, 2
  %v72 = add i64 %v21, %v71
  %v74 = trunc i64 %v72 to i32
  %v75 = insertelement <16 x i32> poison, i32 %v74, i64 0
  %v76 = shufflevector <16 x i32> %v75, <16 x i32> poison, <16 x i32> zeroinitializer
  %v77 = add <16 x i32> %v76, %v73
  %v78 = icmp slt <16 x i32> %v77, splat (i32 9)
  %v79 = and <16 x i1> %v70, %v78
  %v81 = and <16 x i1> %v79, %v80
  %v82 = icmp slt <16 x i32> splat (i32 0), %v77
  %v83 = and <16 x i1> %v81, %v82
  %v86 = add i64 %v85, %v54
  br label %b4
b4:
  %v41 = phi i64 [ 0, %b3 ], [ %v108, %b4 ]
  %v42 = phi <16 x float> [ %v29, %b3 ], [ %v96, %b4 ]
  %v43 = phi <16 x float> [ %v30, %b3 ], [ %v97, %b4 ]
  %v44 = phi <16 x float> [ %v31, %b3 ], [ %v98, %b4 ]
  %v45 = phi <16 x float> [ %v32, %b3 ], [ %v99, %b4 ]
  %v46 = phi <16 x float> [ %v33, %b3 ], [ %v100, %b4 ]
  %v47 = phi <16 x float> [ %v34, %b3 ], [ %v101, %b4 ]
  %v48 = phi <16 x float> [ %v35, %b3 ], [ %v102, %b4 ]
  %v49 = phi <16 x float> [ %v36, %b3 ], [ %v103, %b4 ]
  %v50 = phi <16 x float> [ %v37, %b3 ], [ %v104, %b4 ]
  %v51 = phi <16 x float> [ %v38, %b3 ], [ %v105, %b4 ]
  %v52 = phi <16 x float> [ %v39, %b3 ], [ %v106, %b4 ]
  %v53 = phi <16 x float> [ %v40, %b3 ], [ %v107, %b4 ]
  %v55 = mul i64 %v41, 256
  %v56 = add i64 %v54, %v55
  %v57 = getelementptr float, ptr %v3, i64 %v56
  %v58 = getelementptr float, ptr %v57, i64 64
  %v59 = getelementptr float, ptr %v57, i64 128
  %v60 = getelementptr float, ptr %v57, i64 192
  %v61 = load <16 x float>, ptr %v57, align 4
  %v62 = load <16 x float>, ptr %v58, align 4
  %v63 = load <16 x float>, ptr %v59, align 4
  %v64 = load <16 x float>, ptr %v60, align 4
  %v87 = mul i64 %v41, 192
  %v88 = add i64 %v86, %v87
  %v89 = getelementptr float, ptr %v5, i64 %v88
  %v90 = getelementptr float, ptr %v89, i64 -9
  %v91 = getelementptr float, ptr %v89, i64 55
  %v92 = getelementptr float, ptr %v89, i64 119
  %v93 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v90, <16 x i1> %v83, <16 x float> zeroinitializer)
  %v94 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v91, <16 x i1> %v83, <16 x float> zeroinitializer)
  %v95 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v92, <16 x i1> %v83, <16 x float> zeroinitializer)
  %v96 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v61, <16 x float> %v93, <16 x float> %v42)
  %v97 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v61, <16 x float> %v94, <16 x float> %v43)
  %v98 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v61, <16 x float> %v95, <16 x float> %v44)
  %v99 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v62, <16 x float> %v93, <16 x float> %v45)
  %v100 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v62, <16 x float> %v94, <16 x float> %v46)
  %v101 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v62, <16 x float> %v95, <16 x float> %v47)
  %v102 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v63, <16 x float> %v93, <16 x float> %v48)
  %v103 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v63, <16 x float> %v94, <16 x float> %v49)
  %v104 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v63, <16 x float> %v95, <16 x float> %v50)
  %v105 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v64, <16 x float> %v93, <16 x float> %v51)
  %v106 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v64, <16 x float> %v94, <16 x float> %v52)
  %v107 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v64, <16 x float> %v95, <16 x float> %v53)
  %v108 = add nuw nsw i64 %v41, 1
  %v109 = icmp slt i64 %v108, 2
  br i1 %v109, label %b4, label %b5
b5:
  %v110 = add nuw nsw i64 %v28, 1
  %v111 = icmp slt i64 %v110, 4
  br i1 %v111, label %b3, label %b6
b6:
  %v112 = shufflevector <16 x float> %v96, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v113 = shufflevector <16 x float> %v96, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v114 = fadd <8 x float> %v112, %v113
  %v115 = shufflevector <8 x float> %v114, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v116 = shufflevector <8 x float> %v114, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v117 = fadd <4 x float> %v115, %v116
  %v118 = shufflevector <4 x float> %v117, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v119 = shufflevector <4 x float> %v117, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v120 = fadd <2 x float> %v118, %v119
  %v121 = extractelement <2 x float> %v120, i64 0
  %v122 = extractelement <2 x float> %v120, i64 1
  %v123 = fadd float %v121, %v122
  %v124 = shufflevector <16 x float> %v97, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v125 = shufflevector <16 x float> %v97, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v126 = fadd <8 x float> %v124, %v125
  %v127 = shufflevector <8 x float> %v126, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v128 = shufflevector <8 x float> %v126, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v129 = fadd <4 x float> %v127, %v128
  %v130 = shufflevector <4 x float> %v129, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v131 = shufflevector <4 x float> %v129, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v132 = fadd <2 x float> %v130, %v131
  %v133 = extractelement <2 x float> %v132, i64 0
  %v134 = extractelement <2 x float> %v132, i64 1
  %v135 = fadd float %v133, %v134
  %v136 = shufflevector <16 x float> %v98, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v137 = shufflevector <16 x float> %v98, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v138 = fadd <8 x float> %v136, %v137
  %v139 = shufflevector <8 x float> %v138, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v140 = shufflevector <8 x float> %v138, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v141 = fadd <4 x float> %v139, %v140
  %v142 = shufflevector <4 x float> %v141, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v143 = shufflevector <4 x float> %v141, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v144 = fadd <2 x float> %v142, %v143
  %v145 = extractelement <2 x float> %v144, i64 0
  %v146 = extractelement <2 x float> %v144, i64 1
  %v147 = fadd float %v145, %v146
  %v148 = shufflevector <16 x float> %v99, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v149 = shufflevector <16 x float> %v99, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v150 = fadd <8 x float> %v148, %v149
  %v151 = shufflevector <8 x float> %v150, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v152 = shufflevector <8 x float> %v150, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v153 = fadd <4 x float> %v151, %v152
  %v154 = shufflevector <4 x float> %v153, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v155 = shufflevector <4 x float> %v153, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v156 = fadd <2 x float> %v154, %v155
  %v157 = extractelement <2 x float> %v156, i64 0
  %v158 = extractelement <2 x float> %v156, i64 1
  %v159 = fadd float %v157, %v158
  %v160 = shufflevector <16 x float> %v100, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v161 = shufflevector <16 x float> %v100, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v162 = fadd <8 x float> %v160, %v161
  %v163 = shufflevector <8 x float> %v162, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v164 = shufflevector <8 x float> %v162, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v165 = fadd <4 x float> %v163, %v164
  %v166 = shufflevector <4 x float> %v165, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v167 = shufflevector <4 x float> %v165, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v168 = fadd <2 x float> %v166, %v167
  %v169 = extractelement <2 x float> %v168, i64 0
  %v170 = extractelement <2 x float> %v168, i64 1
  %v171 = fadd float %v169, %v170
  %v172 = shufflevector <16 x float> %v101, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v173 = shufflevector <16 x float> %v101, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v174 = fadd <8 x float> %v172, %v173
  %v175 = shufflevector <8 x float> %v174, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v176 = shufflevector <8 x float> %v174, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v177 = fadd <4 x float> %v175, %v176
  %v178 = shufflevector <4 x float> %v177, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v179 = shufflevector <4 x float> %v177, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v180 = fadd <2 x float> %v178, %v179
  %v181 = extractelement <2 x float> %v180, i64 0
  %v182 = extractelement <2 x float> %v180, i64 1
  %v183 = fadd float %v181, %v182
  %v184 = shufflevector <16 x float> %v102, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v185 = shufflevector <16 x float> %v102, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v186 = fadd <8 x float> %v184, %v185
  %v187 = shufflevector <8 x float> %v186, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v188 = shufflevector <8 x float> %v186, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v189 = fadd <4 x float> %v187, %v188
  %v190 = shufflevector <4 x float> %v189, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v191 = shufflevector <4 x float> %v189, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v192 = fadd <2 x float> %v190, %v191
  %v193 = extractelement <2 x float> %v192, i64 0
  %v194 = extractelement <2 x float> %v192, i64 1
  %v195 = fadd float %v193, %v194
  %v196 = shufflevector <16 x float> %v103, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v197 = shufflevector <16 x float> %v103, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v198 = fadd <8 x float> %v196, %v197
  %v199 = shufflevector <8 x float> %v198, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v200 = shufflevector <8 x float> %v198, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v201 = fadd <4 x float> %v199, %v200
  %v202 = shufflevector <4 x float> %v201, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v203 = shufflevector <4 x float> %v201, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v204 = fadd <2 x float> %v202, %v203
  %v205 = extractelement <2 x float> %v204, i64 0
  %v206 = extractelement <2 x float> %v204, i64 1
  %v207 = fadd float %v205, %v206
  %v208 = shufflevector <16 x float> %v104, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v209 = shufflevector <16 x float> %v104, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v210 = fadd <8 x float> %v208, %v209
  %v211 = shufflevector <8 x float> %v210, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v212 = shufflevector <8 x float> %v210, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v213 = fadd <4 x float> %v211, %v212
  %v214 = shufflevector <4 x float> %v213, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v215 = shufflevector <4 x float> %v213, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v216 = fadd <2 x float> %v214, %v215
  %v217 = extractelement <2 x float> %v216, i64 0
  %v218 = extractelement <2 x float> %v216, i64 1
  %v219 = fadd float %v217, %v218
  %v220 = shufflevector <16 x float> %v105, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v221 = shufflevector <16 x float> %v105, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v222 = fadd <8 x float> %v220, %v221
  %v223 = shufflevector <8 x float> %v222, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v224 = shufflevector <8 x float> %v222, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v225 = fadd <4 x float> %v223, %v224
  %v226 = shufflevector <4 x float> %v225, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v227 = shufflevector <4 x float> %v225, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v228 = fadd <2 x float> %v226, %v227
  %v229 = extractelement <2 x float> %v228, i64 0
  %v230 = extractelement <2 x float> %v228, i64 1
  %v231 = fadd float %v229, %v230
  %v232 = shufflevector <16 x float> %v106, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v233 = shufflevector <16 x float> %v106, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v234 = fadd <8 x float> %v232, %v233
  %v235 = shufflevector <8 x float> %v234, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v236 = shufflevector <8 x float> %v234, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v237 = fadd <4 x float> %v235, %v236
  %v238 = shufflevector <4 x float> %v237, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v239 = shufflevector <4 x float> %v237, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v240 = fadd <2 x float> %v238, %v239
  %v241 = extractelement <2 x float> %v240, i64 0
  %v242 = extractelement <2 x float> %v240, i64 1
  %v243 = fadd float %v241, %v242
  %v244 = shufflevector <16 x float> %v107, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v245 = shufflevector <16 x float> %v107, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v246 = fadd <8 x float> %v244, %v245
  %v247 = shufflevector <8 x float> %v246, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v248 = shufflevector <8 x float> %v246, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v249 = fadd <4 x float> %v247, %v248
  %v250 = shufflevector <4 x float> %v249, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v251 = shufflevector <4 x float> %v249, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v252 = fadd <2 x float> %v250, %v251
  %v253 = extractelement <2 x float> %v252, i64 0
  %v254 = extractelement <2 x float> %v252, i64 1
  %v255 = fadd float %v253, %v254
  %v257 = add i64 %v256, %v27
  %v258 = getelementptr float, ptr %v1, i64 %v257
  %v259 = getelementptr float, ptr %v258, i64 9
  %v260 = getelementptr float, ptr %v258, i64 18
  %v261 = getelementptr float, ptr %v258, i64 27
  %v262 = getelementptr float, ptr %v258, i64 36
  %v263 = getelementptr float, ptr %v258, i64 45
  %v264 = getelementptr float, ptr %v258, i64 54
  %v265 = getelementptr float, ptr %v258, i64 63
  %v266 = getelementptr float, ptr %v258, i64 72
  %v267 = getelementptr float, ptr %v258, i64 81
  %v268 = getelementptr float, ptr %v258, i64 90
  %v269 = getelementptr float, ptr %v258, i64 99
  store float %v123, ptr %v258, align 4
  store float %v135, ptr %v259, align 4
  store float %v147, ptr %v260, align 4
  store float %v159, ptr %v261, align 4
  store float %v171, ptr %v262, align 4
  store float %v183, ptr %v263, align 4
  store float %v195, ptr %v264, align 4
  store float %v207, ptr %v265, align 4
  store float %v219, ptr %v266, align 4
  store float %v231, ptr %v267, align 4
  store float %v243, ptr %v268, align 4
  store float %v255, ptr %v269, align 4
  %v270 = add nuw nsw i64 %v27, 1
  %v271 = icmp slt i64 %v270, %v26
  br i1 %v271, label %b2, label %b7
b7:
  %v272 = add nuw nsw i64 %v21, 1
  %v273 = icmp slt i64 %v272, %v20
  br i1 %v273, label %b1, label %b8
b8:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
