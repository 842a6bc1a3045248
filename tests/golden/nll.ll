define void @max_sum_64(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
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
  %v9 = mul i64 1, %thread
  %v10 = udiv i64 %v9, %threads
  %v11 = mul i64 1, %v8
  %v12 = udiv i64 %v11, %threads
  %v13 = icmp slt i64 %v10, %v12
  br i1 %v13, label %b0, label %end
b0:
  %v14 = sub i64 %v12, 1
  %v15 = getelementptr i32, ptr %v3, i64 16
  %v16 = getelementptr i32, ptr %v3, i64 32
  %v17 = getelementptr i32, ptr %v3, i64 48
  %v18 = load <16 x i32>, ptr %v3, align 4
  %v19 = load <16 x i32>, ptr %v15, align 4
  %v20 = load <16 x i32>, ptr %v16, align 4
  %v21 = load <16 x i32>, ptr %v17, align 4
  %v22 = icmp ne <16 x i32> %v18, splat (i32 -100)
  %v23 = icmp ne <16 x i32> %v19, splat (i32 -100)
  %v24 = icmp ne <16 x i32> %v20, splat (i32 -100)
  %v25 = icmp ne <16 x i32> %v21, splat (i32 -100)
  %v26 = icmp slt <16 x i32> splat (i32 -1), %v18
  %v27 = icmp slt <16 x i32> splat (i32 -1), %v19
  %v28 = icmp slt <16 x i32> splat (i32 -1), %v20
  %v29 = icmp slt <16 x i32> splat (i32 -1), %v21
  %v30 = icmp slt <16 x i32> %v18, splat (i32 10)
  %v31 = icmp slt <16 x i32> %v19, splat (i32 10)
  %v32 = icmp slt <16 x i32> %v20, splat (i32 10)
  %v33 = icmp slt <16 x i32> %v21, splat (i32 10)
  %v34 = and <16 x i1> %v26, %v30
  %v35 = and <16 x i1> %v27, %v31
  %v36 = and <16 x i1> %v28, %v32
  %v37 = and <16 x i1> %v29, %v33
  %v38 = xor <16 x i1> %v34, splat (i1 true)
  %v39 = xor <16 x i1> %v35, splat (i1 true)
  %v40 = xor <16 x i1> %v36, splat (i1 true)
  %v41 = xor <16 x i1> %v37, splat (i1 true)
  %v42 = and <16 x i1> %v38, %v22
  %v43 = and <16 x i1> %v39, %v23
  %v44 = and <16 x i1> %v40, %v24
  %v45 = and <16 x i1> %v41, %v25
  %v46 = mul i64 0, 16
  %v47 = mul i64 1, 16
  %v48 = mul i64 2, 16
  %v49 = mul i64 3, 16
  %v50 = trunc i64 %v46 to i32
  %v51 = insertelement <16 x i32> poison, i32 %v50, i64 0
  %v52 = shufflevector <16 x i32> %v51, <16 x i32> poison, <16 x i32> zeroinitializer
  %v53 = add <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v52
  %v54 = trunc i64 %v47 to i32
  %v55 = insertelement <16 x i32> poison, i32 %v54, i64 0
  %v56 = shufflevector <16 x i32> %v55, <16 x i32> poison, <16 x i32> zeroinitializer
  %v57 = add <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v56
  %v58 = trunc i64 %v48 to i32
  %v59 = insertelement <16 x i32> poison, i32 %v58, i64 0
  %v60 = shufflevector <16 x i32> %v59, <16 x i32> poison, <16 x i32> zeroinitializer
  %v61 = add <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v60
  %v62 = trunc i64 %v49 to i32
  %v63 = insertelement <16 x i32> poison, i32 %v62, i64 0
  %v64 = shufflevector <16 x i32> %v63, <16 x i32> poison, <16 x i32> zeroinitializer
  %v65 = add <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v64
  %v66 = select <16 x i1> %v42, <16 x i32> splat (i32 -1), <16 x i32> %v53
  %v67 = select <16 x i1> %v43, <16 x i32> splat (i32 -1), <16 x i32> %v57
  %v68 = select <16 x i1> %v44, <16 x i32> splat (i32 -1), <16 x i32> %v61
  %v69 = select <16 x i1> %v45, <16 x i32> splat (i32 -1), <16 x i32> %v65
  %v70 = sext <16 x i32> %v66 to <16 x i64>
  %v71 = sext <16 x i32> %v67 to <16 x i64>
  %v72 = sext <16 x i32> %v68 to <16 x i64>
  %v73 = sext <16 x i32> %v69 to <16 x i64>
  %v74 = icmp uge <16 x i64> %v70, splat (i64 64)
  %v75 = xor <16 x i1> %v74, splat (i1 true)
  %v76 = call i1 @llvm.vector.reduce.or.v16i1(<16 x i1> %v74)
  br i1 %v76, label %b1, label %b2, !prof !0
b1:
  %v77 = bitcast <16 x i1> %v74 to i16
  %v78 = call i16 @llvm.cttz.i16(i16 %v77, i1 true)
  %v79 = extractelement <16 x i64> %v70, i16 %v78
  %v80 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v80, align 8
  %v81 = getelementptr i64, ptr %v7, i64 1
  store i64 %v79, ptr %v81, align 8
  %v82 = getelementptr i64, ptr %v7, i64 2
  store i64 64, ptr %v82, align 8
  br label %b2
b2:
  %v83 = icmp uge <16 x i64> %v71, splat (i64 64)
  %v84 = xor <16 x i1> %v83, splat (i1 true)
  %v85 = call i1 @llvm.vector.reduce.or.v16i1(<16 x i1> %v83)
  br i1 %v85, label %b3, label %b4, !prof !0
b3:
  %v86 = bitcast <16 x i1> %v83 to i16
  %v87 = call i16 @llvm.cttz.i16(i16 %v86, i1 true)
  %v88 = extractelement <16 x i64> %v71, i16 %v87
  %v89 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v89, align 8
  %v90 = getelementptr i64, ptr %v7, i64 1
  store i64 %v88, ptr %v90, align 8
  %v91 = getelementptr i64, ptr %v7, i64 2
  store i64 64, ptr %v91, align 8
  br label %b4
b4:
  %v92 = icmp uge <16 x i64> %v72, splat (i64 64)
  %v93 = xor <16 x i1> %v92, splat (i1 true)
  %v94 = call i1 @llvm.vector.reduce.or.v16i1(<16 x i1> %v92)
  br i1 %v94, label %b5, label %b6, !prof !0
b5:
  %v95 = bitcast <16 x i1> %v92 to i16
  %v96 = call i16 @llvm.cttz.i16(i16 %v95, i1 true)
  %v97 = extractelement <16 x i64> %v72, i16 %v96
  %v98 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v98, align 8
  %v99 = getelementptr i64, ptr %v7, i64 1
  store i64 %v97, ptr %v99, align 8
  %v100 = getelementptr i64, ptr %v7, i64 2
  store i64 64, ptr %v100, align 8
  br label %b6
b6:
  %v101 = icmp uge <16 x i64> %v73, splat (i64 64)
  %v102 = xor <16 x i1> %v101, splat (i1 true)
  %v103 = call i1 @llvm.vector.reduce.or.v16i1(<16 x i1> %v101)
  br i1 %v103, label %b7, label %b8, !prof !0
b7:
  %v104 = bitcast <16 x i1> %v101 to i16
  %v105 = call i16 @llvm.cttz.i16(i16 %v104, i1 true)
  %v106 = extractelement <16 x i64> %v73, i16 %v105
  %v107 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v107, align 8
  %v108 = getelementptr i64, ptr %v7, i64 1
  store i64 %v106, ptr %v108, align 8
  %v109 = getelementptr i64, ptr %v7, i64 2
  store i64 64, ptr %v109, align 8
  br label %b8
b8:
  %v110 = getelementptr i32, ptr %v3, <16 x i32> %v66
  %v111 = call <16 x i32> @llvm.masked.gather.v16i32.v16p0(<16 x ptr> align 4 %v110, <16 x i1> %v75, <16 x i32> zeroinitializer)
  %v112 = getelementptr i32, ptr %v3, <16 x i32> %v67
  %v113 = call <16 x i32> @llvm.masked.gather.v16i32.v16p0(<16 x ptr> align 4 %v112, <16 x i1> %v84, <16 x i32> zeroinitializer)
  %v114 = getelementptr i32, ptr %v3, <16 x i32> %v68
  %v115 = call <16 x i32> @llvm.masked.gather.v16i32.v16p0(<16 x ptr> align 4 %v114, <16 x i1> %v93, <16 x i32> zeroinitializer)
  %v116 = getelementptr i32, ptr %v3, <16 x i32> %v69
  %v117 = call <16 x i32> @llvm.masked.gather.v16i32.v16p0(<16 x ptr> align 4 %v116, <16 x i1> %v102, <16 x i32> zeroinitializer)
  %v118 = icmp ne <16 x i32> %v111, %v18
  %v119 = icmp ne <16 x i32> %v113, %v19
  %v120 = icmp ne <16 x i32> %v115, %v20
  %v121 = icmp ne <16 x i32> %v117, %v21
  %v122 = xor <16 x i1> %v118, splat (i1 true)
  %v123 = xor <16 x i1> %v119, splat (i1 true)
  %v124 = xor <16 x i1> %v120, splat (i1 true)
  %v125 = xor <16 x i1> %v121, splat (i1 true)
  %v126 = select <16 x i1> %v22, <16 x i1> %v122, <16 x i1> splat (i1 false)
  %v127 = select <16 x i1> %v23, <16 x i1> %v123, <16 x i1> splat (i1 false)
  %v128 = select <16 x i1> %v24, <16 x i1> %v124, <16 x i1> splat (i1 false)
  %v129 = select <16 x i1> %v25, <16 x i1> %v125, <16 x i1> splat (i1 false)
  %v130 = xor <16 x i1> %v22, splat (i1 true)
  %v131 = xor <16 x i1> %v23, splat (i1 true)
  %v132 = xor <16 x i1> %v24, splat (i1 true)
  %v133 = xor <16 x i1> %v25, splat (i1 true)
  %v134 = or <16 x i1> %v126, %v130
  %v135 = or <16 x i1> %v127, %v131
  %v136 = or <16 x i1> %v128, %v132
  %v137 = or <16 x i1> %v129, %v133
  %v138 = select <16 x i1> %v134, <16 x i32> %v18, <16 x i32> splat (i32 -1)
  %v139 = select <16 x i1> %v135, <16 x i32> %v19, <16 x i32> splat (i32 -1)
  %v140 = select <16 x i1> %v136, <16 x i32> %v20, <16 x i32> splat (i32 -1)
  %v141 = select <16 x i1> %v137, <16 x i32> %v21, <16 x i32> splat (i32 -1)
  %v142 = icmp ne <16 x i32> %v138, splat (i32 -100)
  %v143 = icmp ne <16 x i32> %v139, splat (i32 -100)
  %v144 = icmp ne <16 x i32> %v140, splat (i32 -100)
  %v145 = icmp ne <16 x i32> %v141, splat (i32 -100)
  %v146 = icmp slt <16 x i32> %v138, splat (i32 0)
  %v147 = icmp slt <16 x i32> %v139, splat (i32 0)
  %v148 = icmp slt <16 x i32> %v140, splat (i32 0)
  %v149 = icmp slt <16 x i32> %v141, splat (i32 0)
  %v150 = icmp slt <16 x i32> splat (i32 9), %v138
  %v151 = icmp slt <16 x i32> splat (i32 9), %v139
  %v152 = icmp slt <16 x i32> splat (i32 9), %v140
  %v153 = icmp slt <16 x i32> splat (i32 9), %v141
  %v154 = or <16 x i1> %v146, %v150
  %v155 = or <16 x i1> %v147, %v151
  %v156 = or <16 x i1> %v148, %v152
  %v157 = or <16 x i1> %v149, %v153
  br label %b10
b10:
  %v182 = phi i64 [ 0, %b8 ], [ %v203, %b10 ]
  %v183 = phi <16 x float> [ splat (float 0xFFF0000000000000), %b8 ], [ %v199, %b10 ]
  %v184 = phi <16 x float> [ splat (float 0xFFF0000000000000), %b8 ], [ %v200, %b10 ]
  %v185 = phi <16 x float> [ splat (float 0xFFF0000000000000), %b8 ], [ %v201, %b10 ]
  %v186 = phi <16 x float> [ splat (float 0xFFF0000000000000), %b8 ], [ %v202, %b10 ]
  %v187 = getelementptr float, ptr %v5, i64 %v182
  %v188 = getelementptr float, ptr %v187, i64 160
  %v189 = getelementptr float, ptr %v187, i64 320
  %v190 = getelementptr float, ptr %v187, i64 480
  %v191 = getelementptr float, ptr %v187, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v192 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v191, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v193 = getelementptr float, ptr %v188, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v194 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v193, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v195 = getelementptr float, ptr %v189, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v196 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v195, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v197 = getelementptr float, ptr %v190, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v198 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v197, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v199 = call <16 x float> @llvm.maximum.v16f32(<16 x float> %v192, <16 x float> %v183)
  %v200 = call <16 x float> @llvm.maximum.v16f32(<16 x float> %v194, <16 x float> %v184)
  %v201 = call <16 x float> @llvm.maximum.v16f32(<16 x float> %v196, <16 x float> %v185)
  %v202 = call <16 x float> @llvm.maximum.v16f32(<16 x float> %v198, <16 x float> %v186)
  %v203 = add nuw nsw i64 %v182, 1
  %v204 = icmp slt i64 %v203, 10
  br i1 %v204, label %b10, label %b11
b11:
  br label %b12
b12:
  %v209 = phi i64 [ 0, %b11 ], [ %v302, %b12 ]
  %v210 = phi <16 x float> [ splat (float 0x0000000000000000), %b11 ], [ %v298, %b12 ]
  %v211 = phi <16 x float> [ splat (float 0x0000000000000000), %b11 ], [ %v299, %b12 ]
  %v212 = phi <16 x float> [ splat (float 0x0000000000000000), %b11 ], [ %v300, %b12 ]
  %v213 = phi <16 x float> [ splat (float 0x0000000000000000), %b11 ], [ %v301, %b12 ]
  %v214 = getelementptr float, ptr %v5, i64 %v209
  %v215 = getelementptr float, ptr %v214, i64 160
  %v216 = getelementptr float, ptr %v214, i64 320
  %v217 = getelementptr float, ptr %v214, i64 480
  %v218 = getelementptr float, ptr %v214, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v219 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v218, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v220 = getelementptr float, ptr %v215, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v221 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v220, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v222 = getelementptr float, ptr %v216, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v223 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v222, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v224 = getelementptr float, ptr %v217, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v225 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v224, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v226 = fsub <16 x float> %v219, %v199
  %v227 = fsub <16 x float> %v221, %v200
  %v228 = fsub <16 x float> %v223, %v201
  %v229 = fsub <16 x float> %v225, %v202
  %v230 = fcmp olt <16 x float> %v226, splat (float 0xC059FEB860000000)
  %v231 = fcmp olt <16 x float> %v227, splat (float 0xC059FEB860000000)
  %v232 = fcmp olt <16 x float> %v228, splat (float 0xC059FEB860000000)
  %v233 = fcmp olt <16 x float> %v229, splat (float 0xC059FEB860000000)
  %v234 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v226, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x4168001FA0000000))
  %v235 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v227, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x4168001FA0000000))
  %v236 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v228, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x4168001FA0000000))
  %v237 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v229, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x4168001FA0000000))
  %v238 = fsub <16 x float> %v234, splat (float 0x4168001FC0000000)
  %v239 = fsub <16 x float> %v235, splat (float 0x4168001FC0000000)
  %v240 = fsub <16 x float> %v236, splat (float 0x4168001FC0000000)
  %v241 = fsub <16 x float> %v237, splat (float 0x4168001FC0000000)
  %v242 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> splat (float 0x3FF0000000000000), <16 x float> %v238, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v243 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> splat (float 0x3FF0000000000000), <16 x float> %v239, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v244 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> splat (float 0x3FF0000000000000), <16 x float> %v240, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v245 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> splat (float 0x3FF0000000000000), <16 x float> %v241, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v246 = fsub <16 x float> %v234, splat (float 0x4168001FA0000000)
  %v247 = fsub <16 x float> %v235, splat (float 0x4168001FA0000000)
  %v248 = fsub <16 x float> %v236, splat (float 0x4168001FA0000000)
  %v249 = fsub <16 x float> %v237, splat (float 0x4168001FA0000000)
  %v250 = fcmp olt <16 x float> splat (float 0x4060000000000000), %v246
  %v251 = fcmp olt <16 x float> splat (float 0x4060000000000000), %v247
  %v252 = fcmp olt <16 x float> splat (float 0x4060000000000000), %v248
  %v253 = fcmp olt <16 x float> splat (float 0x4060000000000000), %v249
  %v254 = select <16 x i1> %v250, <16 x float> splat (float 0x4060000000000000), <16 x float> %v246
  %v255 = select <16 x i1> %v251, <16 x float> splat (float 0x4060000000000000), <16 x float> %v247
  %v256 = select <16 x i1> %v252, <16 x float> splat (float 0x4060000000000000), <16 x float> %v248
  %v257 = select <16 x i1> %v253, <16 x float> splat (float 0x4060000000000000), <16 x float> %v249
  %v258 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v254, <16 x float> splat (float 0xBFE6300000000000), <16 x float> %v226)
  %v259 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v255, <16 x float> splat (float 0xBFE6300000000000), <16 x float> %v227)
  %v260 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v256, <16 x float> splat (float 0xBFE6300000000000), <16 x float> %v228)
  %v261 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v257, <16 x float> splat (float 0xBFE6300000000000), <16 x float> %v229)
  %v262 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v254, <16 x float> splat (float 0x3F2BD01060000000), <16 x float> %v258)
  %v263 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v255, <16 x float> splat (float 0x3F2BD01060000000), <16 x float> %v259)
  %v264 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v256, <16 x float> splat (float 0x3F2BD01060000000), <16 x float> %v260)
  %v265 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v257, <16 x float> splat (float 0x3F2BD01060000000), <16 x float> %v261)
  %v266 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v262, <16 x float> splat (float 0x3F66B63740000000), <16 x float> splat (float 0x3F91228F00000000))
  %v267 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v263, <16 x float> splat (float 0x3F66B63740000000), <16 x float> splat (float 0x3F91228F00000000))
  %v268 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v264, <16 x float> splat (float 0x3F66B63740000000), <16 x float> splat (float 0x3F91228F00000000))
  %v269 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v265, <16 x float> splat (float 0x3F66B63740000000), <16 x float> splat (float 0x3F91228F00000000))
  %v270 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v262, <16 x float> %v266, <16 x float> splat (float 0x3FB5557240000000))
  %v271 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v263, <16 x float> %v267, <16 x float> splat (float 0x3FB5557240000000))
  %v272 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v264, <16 x float> %v268, <16 x float> splat (float 0x3FB5557240000000))
  %v273 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v265, <16 x float> %v269, <16 x float> splat (float 0x3FB5557240000000))
  %v274 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v262, <16 x float> %v270, <16 x float> splat (float 0x3FD5554AE0000000))
  %v275 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v263, <16 x float> %v271, <16 x float> splat (float 0x3FD5554AE0000000))
  %v276 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v264, <16 x float> %v272, <16 x float> splat (float 0x3FD5554AE0000000))
  %v277 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v265, <16 x float> %v273, <16 x float> splat (float 0x3FD5554AE0000000))
  %v278 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v262, <16 x float> %v274, <16 x float> splat (float 0x3FEFFFFFE0000000))
  %v279 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v263, <16 x float> %v275, <16 x float> splat (float 0x3FEFFFFFE0000000))
  %v280 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v264, <16 x float> %v276, <16 x float> splat (float 0x3FEFFFFFE0000000))
  %v281 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v265, <16 x float> %v277, <16 x float> splat (float 0x3FEFFFFFE0000000))
  %v282 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v262, <16 x float> %v278, <16 x float> splat (float 0x4000000000000000))
  %v283 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v263, <16 x float> %v279, <16 x float> splat (float 0x4000000000000000))
  %v284 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v264, <16 x float> %v280, <16 x float> splat (float 0x4000000000000000))
  %v285 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v265, <16 x float> %v281, <16 x float> splat (float 0x4000000000000000))
  %v286 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v262, <16 x float> %v282, <16 x float> splat (float 0x4000000000000000))
  %v287 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v263, <16 x float> %v283, <16 x float> splat (float 0x4000000000000000))
  %v288 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v264, <16 x float> %v284, <16 x float> splat (float 0x4000000000000000))
  %v289 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v265, <16 x float> %v285, <16 x float> splat (float 0x4000000000000000))
  %v290 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> %v286, <16 x float> %v238, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v291 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> %v287, <16 x float> %v239, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v292 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> %v288, <16 x float> %v240, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v293 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> %v289, <16 x float> %v241, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v294 = select <16 x i1> %v230, <16 x float> splat (float 0x0000000000000000), <16 x float> %v290
  %v295 = select <16 x i1> %v231, <16 x float> splat (float 0x0000000000000000), <16 x float> %v291
  %v296 = select <16 x i1> %v232, <16 x float> splat (float 0x0000000000000000), <16 x float> %v292
  %v297 = select <16 x i1> %v233, <16 x float> splat (float 0x0000000000000000), <16 x float> %v293
  %v298 = fadd <16 x float> %v294, %v210
  %v299 = fadd <16 x float> %v295, %v211
  %v300 = fadd <16 x float> %v296, %v212
  %v301 = fadd <16 x float> %v297, %v213
  %v302 = add nuw nsw i64 %v209, 1
  %v303 = icmp slt i64 %v302, 10
  br i1 %v303, label %b12, label %b13
b13:
  %v304 = fcmp olt <16 x float> splat (float 0x0000000000000000), %v298
  %v305 = fcmp olt <16 x float> splat (float 0x0000000000000000), %v299
  %v306 = fcmp olt <16 x float> splat (float 0x0000000000000000), %v300
  %v307 = fcmp olt <16 x float> splat (float 0x0000000000000000), %v301
  %v308 = fcmp olt <16 x float> %v298, splat (float 0x7FF0000000000000)
  %v309 = fcmp olt <16 x float> %v299, splat (float 0x7FF0000000000000)
  %v310 = fcmp olt <16 x float> %v300, splat (float 0x7FF0000000000000)
  %v311 = fcmp olt <16 x float> %v301, splat (float 0x7FF0000000000000)
  %v312 = fcmp olt <16 x float> %v298, splat (float 0x3810000000000000)
  %v313 = fcmp olt <16 x float> %v299, splat (float 0x3810000000000000)
  %v314 = fcmp olt <16 x float> %v300, splat (float 0x3810000000000000)
  %v315 = fcmp olt <16 x float> %v301, splat (float 0x3810000000000000)
  %v316 = fmul <16 x float> %v298, splat (float 0x4160000000000000)
  %v317 = fmul <16 x float> %v299, splat (float 0x4160000000000000)
  %v318 = fmul <16 x float> %v300, splat (float 0x4160000000000000)
  %v319 = fmul <16 x float> %v301, splat (float 0x4160000000000000)
  %v320 = select <16 x i1> %v312, <16 x float> %v316, <16 x float> %v298
  %v321 = select <16 x i1> %v313, <16 x float> %v317, <16 x float> %v299
  %v322 = select <16 x i1> %v314, <16 x float> %v318, <16 x float> %v300
  %v323 = select <16 x i1> %v315, <16 x float> %v319, <16 x float> %v301
  %v324 = bitcast <16 x float> %v320 to <16 x i32>
  %v325 = bitcast <16 x float> %v321 to <16 x i32>
  %v326 = bitcast <16 x float> %v322 to <16 x i32>
  %v327 = bitcast <16 x float> %v323 to <16 x i32>
  %v328 = sub <16 x i32> %v324, splat (i32 1060439283)
  %v329 = sub <16 x i32> %v325, splat (i32 1060439283)
  %v330 = sub <16 x i32> %v326, splat (i32 1060439283)
  %v331 = sub <16 x i32> %v327, splat (i32 1060439283)
  %v332 = ashr <16 x i32> %v328, splat (i32 23)
  %v333 = ashr <16 x i32> %v329, splat (i32 23)
  %v334 = ashr <16 x i32> %v330, splat (i32 23)
  %v335 = ashr <16 x i32> %v331, splat (i32 23)
  %v336 = sitofp <16 x i32> %v332 to <16 x float>
  %v337 = sitofp <16 x i32> %v333 to <16 x float>
  %v338 = sitofp <16 x i32> %v334 to <16 x float>
  %v339 = sitofp <16 x i32> %v335 to <16 x float>
  %v340 = select <16 x i1> %v312, <16 x float> splat (float 0xC037000000000000), <16 x float> splat (float 0x0000000000000000)
  %v341 = select <16 x i1> %v313, <16 x float> splat (float 0xC037000000000000), <16 x float> splat (float 0x0000000000000000)
  %v342 = select <16 x i1> %v314, <16 x float> splat (float 0xC037000000000000), <16 x float> splat (float 0x0000000000000000)
  %v343 = select <16 x i1> %v315, <16 x float> splat (float 0xC037000000000000), <16 x float> splat (float 0x0000000000000000)
  %v344 = fadd <16 x float> %v336, %v340
  %v345 = fadd <16 x float> %v337, %v341
  %v346 = fadd <16 x float> %v338, %v342
  %v347 = fadd <16 x float> %v339, %v343
  %v348 = shl <16 x i32> %v332, splat (i32 23)
  %v349 = shl <16 x i32> %v333, splat (i32 23)
  %v350 = shl <16 x i32> %v334, splat (i32 23)
  %v351 = shl <16 x i32> %v335, splat (i32 23)
  %v352 = sub <16 x i32> %v324, %v348
  %v353 = sub <16 x i32> %v325, %v349
  %v354 = sub <16 x i32> %v326, %v350
  %v355 = sub <16 x i32> %v327, %v351
  %v356 = bitcast <16 x i32> %v352 to <16 x float>
  %v357 = bitcast <16 x i32> %v353 to <16 x float>
  %v358 = bitcast <16 x i32> %v354 to <16 x float>
  %v359 = bitcast <16 x i32> %v355 to <16 x float>
  %v360 = fsub <16 x float> %v356, splat (float 0x3FF0000000000000)
  %v361 = fsub <16 x float> %v357, splat (float 0x3FF0000000000000)
  %v362 = fsub <16 x float> %v358, splat (float 0x3FF0000000000000)
  %v363 = fsub <16 x float> %v359, splat (float 0x3FF0000000000000)
  %v364 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v360, <16 x float> splat (float 0xBFBD2F5520000000), <16 x float> splat (float 0x3FC829FC00000000))
  %v365 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v361, <16 x float> splat (float 0xBFBD2F5520000000), <16 x float> splat (float 0x3FC829FC00000000))
  %v366 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v362, <16 x float> splat (float 0xBFBD2F5520000000), <16 x float> splat (float 0x3FC829FC00000000))
  %v367 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v363, <16 x float> splat (float 0xBFBD2F5520000000), <16 x float> splat (float 0x3FC829FC00000000))
  %v368 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v360, <16 x float> %v364, <16 x float> splat (float 0xBFC8612540000000))
  %v369 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v361, <16 x float> %v365, <16 x float> splat (float 0xBFC8612540000000))
  %v370 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v362, <16 x float> %v366, <16 x float> splat (float 0xBFC8612540000000))
  %v371 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v363, <16 x float> %v367, <16 x float> splat (float 0xBFC8612540000000))
  %v372 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v360, <16 x float> %v368, <16 x float> splat (float 0x3FCA1DB500000000))
  %v373 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v361, <16 x float> %v369, <16 x float> splat (float 0x3FCA1DB500000000))
  %v374 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v362, <16 x float> %v370, <16 x float> splat (float 0x3FCA1DB500000000))
  %v375 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v363, <16 x float> %v371, <16 x float> splat (float 0x3FCA1DB500000000))
  %v376 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v360, <16 x float> %v372, <16 x float> splat (float 0xBFCEAC5520000000))
  %v377 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v361, <16 x float> %v373, <16 x float> splat (float 0xBFCEAC5520000000))
  %v378 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v362, <16 x float> %v374, <16 x float> splat (float 0xBFCEAC5520000000))
  %v379 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v363, <16 x float> %v375, <16 x float> splat (float 0xBFCEAC5520000000))
  %v380 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v360, <16 x float> %v376, <16 x float> splat (float 0x3FD27897C0000000))
  %v381 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v361, <16 x float> %v377, <16 x float> splat (float 0x3FD27897C0000000))
  %v382 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v362, <16 x float> %v378, <16 x float> splat (float 0x3FD27897C0000000))
  %v383 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v363, <16 x float> %v379, <16 x float> splat (float 0x3FD27897C0000000))
  %v384 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v360, <16 x float> %v380, <16 x float> splat (float 0xBFD715AA00000000))
  %v385 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v361, <16 x float> %v381, <16 x float> splat (float 0xBFD715AA00000000))
  %v386 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v362, <16 x float> %v382, <16 x float> splat (float 0xBFD715AA00000000))
  %v387 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v363, <16 x float> %v383, <16 x float> splat (float 0xBFD715AA00000000))
  %v388 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v360, <16 x float> %v384, <16 x float> splat (float 0x3FDEC70420000000))
  %v389 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v361, <16 x float> %v385, <16 x float> splat (float 0x3FDEC70420000000))
  %v390 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v362, <16 x float> %v386, <16 x float> splat (float 0x3FDEC70420000000))
  %v391 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v363, <16 x float> %v387, <16 x float> splat (float 0x3FDEC70420000000))
  %v392 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v360, <16 x float> %v388, <16 x float> splat (float 0xBFE7154700000000))
  %v393 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v361, <16 x float> %v389, <16 x float> splat (float 0xBFE7154700000000))
  %v394 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v362, <16 x float> %v390, <16 x float> splat (float 0xBFE7154700000000))
  %v395 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v363, <16 x float> %v391, <16 x float> splat (float 0xBFE7154700000000))
  %v396 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v360, <16 x float> %v392, <16 x float> splat (float 0x3FDC551DA0000000))
  %v397 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v361, <16 x float> %v393, <16 x float> splat (float 0x3FDC551DA0000000))
  %v398 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v362, <16 x float> %v394, <16 x float> splat (float 0x3FDC551DA0000000))
  %v399 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v363, <16 x float> %v395, <16 x float> splat (float 0x3FDC551DA0000000))
  %v400 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v360, <16 x float> %v396, <16 x float> %v360)
  %v401 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v361, <16 x float> %v397, <16 x float> %v361)
  %v402 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v362, <16 x float> %v398, <16 x float> %v362)
  %v403 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v363, <16 x float> %v399, <16 x float> %v363)
  %v404 = fadd <16 x float> %v344, %v400
  %v405 = fadd <16 x float> %v345, %v401
  %v406 = fadd <16 x float> %v346, %v402
  %v407 = fadd <16 x float> %v347, %v403
  %v408 = select <16 x i1> %v308, <16 x float> %v404, <16 x float> %v298
  %v409 = select <16 x i1> %v309, <16 x float> %v405, <16 x float> %v299
  %v410 = select <16 x i1> %v310, <16 x float> %v406, <16 x float> %v300
  %v411 = select <16 x i1> %v311, <16 x float> %v407, <16 x float> %v301
  %v412 = fcmp une <16 x float> %v298, splat (float 0x0000000000000000)
  %v413 = fcmp une <16 x float> %v299, splat (float 0x0000000000000000)
  %v414 = fcmp une <16 x float> %v300, splat (float 0x0000000000000000)
  %v415 = fcmp une <16 x float> %v301, splat (float 0x0000000000000000)
  %v416 = select <16 x i1> %v412, <16 x float> splat (float 0x7FF8000000000000), <16 x float> splat (float 0xFFF0000000000000)
  %v417 = select <16 x i1> %v413, <16 x float> splat (float 0x7FF8000000000000), <16 x float> splat (float 0xFFF0000000000000)
  %v418 = select <16 x i1> %v414, <16 x float> splat (float 0x7FF8000000000000), <16 x float> splat (float 0xFFF0000000000000)
  %v419 = select <16 x i1> %v415, <16 x float> splat (float 0x7FF8000000000000), <16 x float> splat (float 0xFFF0000000000000)
  %v420 = select <16 x i1> %v304, <16 x float> %v408, <16 x float> %v416
  %v421 = select <16 x i1> %v305, <16 x float> %v409, <16 x float> %v417
  %v422 = select <16 x i1> %v306, <16 x float> %v410, <16 x float> %v418
  %v423 = select <16 x i1> %v307, <16 x float> %v411, <16 x float> %v419
  %v424 = fmul <16 x float> %v420, splat (float 0x3FE62E4300000000)
  %v425 = fmul <16 x float> %v421, splat (float 0x3FE62E4300000000)
  %v426 = fmul <16 x float> %v422, splat (float 0x3FE62E4300000000)
  %v427 = fmul <16 x float> %v423, splat (float 0x3FE62E4300000000)
  br label %b9
b9:
  %v158 = phi i64 [ 0, %b13 ], [ %v440, %b9 ]
  %v159 = phi <16 x float> [ splat (float 0x0000000000000000), %b13 ], [ %v436, %b9 ]
  %v160 = phi <16 x float> [ splat (float 0x0000000000000000), %b13 ], [ %v437, %b9 ]
  %v161 = phi <16 x float> [ splat (float 0x0000000000000000), %b13 ], [ %v438, %b9 ]
  %v162 = phi <16 x float> [ splat (float 0x0000000000000000), %b13 ], [ %v439, %b9 ]
  %v163 = trunc i64 %v158 to i32
  %v164 = insertelement <16 x i32> poison, i32 %v163, i64 0
  %v165 = shufflevector <16 x i32> %v164, <16 x i32> poison, <16 x i32> zeroinitializer
  %v166 = icmp ne <16 x i32> %v165, %v138
  %v167 = icmp ne <16 x i32> %v165, %v139
  %v168 = icmp ne <16 x i32> %v165, %v140
  %v169 = icmp ne <16 x i32> %v165, %v141
  %v170 = getelementptr float, ptr %v5, i64 %v158
  %v171 = getelementptr float, ptr %v170, i64 160
  %v172 = getelementptr float, ptr %v170, i64 320
  %v173 = getelementptr float, ptr %v170, i64 480
  %v174 = getelementptr float, ptr %v170, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v175 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v174, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v176 = getelementptr float, ptr %v171, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v177 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v176, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v178 = getelementptr float, ptr %v172, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v179 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v178, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v180 = getelementptr float, ptr %v173, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v181 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v180, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v205 = fsub <16 x float> %v175, %v199
  %v206 = fsub <16 x float> %v177, %v200
  %v207 = fsub <16 x float> %v179, %v201
  %v208 = fsub <16 x float> %v181, %v202
  %v428 = fsub <16 x float> %v205, %v424
  %v429 = fsub <16 x float> %v206, %v425
  %v430 = fsub <16 x float> %v207, %v426
  %v431 = fsub <16 x float> %v208, %v427
  %v432 = select <16 x i1> %v166, <16 x float> splat (float 0x0000000000000000), <16 x float> %v428
  %v433 = select <16 x i1> %v167, <16 x float> splat (float 0x0000000000000000), <16 x float> %v429
  %v434 = select <16 x i1> %v168, <16 x float> splat (float 0x0000000000000000), <16 x float> %v430
  %v435 = select <16 x i1> %v169, <16 x float> splat (float 0x0000000000000000), <16 x float> %v431
  %v436 = fadd <16 x float> %v432, %v159
  %v437 = fadd <16 x float> %v433, %v160
  %v438 = fadd <16 x float> %v434, %v161
  %v439 = fadd <16 x float> %v435, %v162
  %v440 = add nuw nsw i64 %v158, 1
  %v441 = icmp slt i64 %v440, 10
  br i1 %v441, label %b9, label %b14
b14:
  %v442 = fmul <16 x float> %v436, splat (float 0xBFF0000000000000)
  %v443 = fmul <16 x float> %v437, splat (float 0xBFF0000000000000)
  %v444 = fmul <16 x float> %v438, splat (float 0xBFF0000000000000)
  %v445 = fmul <16 x float> %v439, splat (float 0xBFF0000000000000)
  %v446 = select <16 x i1> %v154, <16 x float> splat (float 0x7FF8000000000000), <16 x float> %v442
  %v447 = select <16 x i1> %v155, <16 x float> splat (float 0x7FF8000000000000), <16 x float> %v443
  %v448 = select <16 x i1> %v156, <16 x float> splat (float 0x7FF8000000000000), <16 x float> %v444
  %v449 = select <16 x i1> %v157, <16 x float> splat (float 0x7FF8000000000000), <16 x float> %v445
  %v450 = select <16 x i1> %v142, <16 x float> %v446, <16 x float> splat (float 0x0000000000000000)
  %v451 = select <16 x i1> %v143, <16 x float> %v447, <16 x float> splat (float 0x0000000000000000)
  %v452 = select <16 x i1> %v144, <16 x float> %v448, <16 x float> splat (float 0x0000000000000000)
  %v453 = select <16 x i1> %v145, <16 x float> %v449, <16 x float> splat (float 0x0000000000000000)
  %v454 = getelementptr float, ptr %v1, i64 16
  %v455 = getelementptr float, ptr %v1, i64 32
  %v456 = getelementptr float, ptr %v1, i64 48
  store <16 x float> %v450, ptr %v1, align 4
  store <16 x float> %v451, ptr %v454, align 4
  store <16 x float> %v452, ptr %v455, align 4
  store <16 x float> %v453, ptr %v456, align 4
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}

define void @sum_1(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
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
  %v9 = mul i64 1, %thread
  %v10 = udiv i64 %v9, %threads
  %v11 = mul i64 1, %v8
  %v12 = udiv i64 %v11, %threads
  %v13 = icmp slt i64 %v10, %v12
  br i1 %v13, label %b0, label %end
b0:
  %v14 = sub i64 %v12, 1
  br label %b1
b1:
  %v15 = phi i64 [ 0, %b0 ], [ %v21, %b1 ]
  %v16 = phi <16 x float> [ splat (float 0x0000000000000000), %b0 ], [ %v20, %b1 ]
  %v17 = mul i64 %v15, 16
  %v18 = getelementptr float, ptr %v3, i64 %v17
  %v19 = load <16 x float>, ptr %v18, align 4
  %v20 = fadd <16 x float> %v19, %v16
  %v21 = add nuw nsw i64 %v15, 1
  %v22 = icmp slt i64 %v21, 4
  br i1 %v22, label %b1, label %b2
b2:
  %v23 = shufflevector <16 x float> %v20, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v24 = shufflevector <16 x float> %v20, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v25 = fadd <8 x float> %v23, %v24
  %v26 = shufflevector <8 x float> %v25, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v27 = shufflevector <8 x float> %v25, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v28 = fadd <4 x float> %v26, %v27
  %v29 = shufflevector <4 x float> %v28, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v30 = shufflevector <4 x float> %v28, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v31 = fadd <2 x float> %v29, %v30
  %v32 = extractelement <2 x float> %v31, i64 0
  %v33 = extractelement <2 x float> %v31, i64 1
  %v34 = fadd float %v32, %v33
  %v35 = getelementptr i32, ptr %v5, i64 16
  %v36 = getelementptr i32, ptr %v5, i64 32
  %v37 = getelementptr i32, ptr %v5, i64 48
  %v38 = load <16 x i32>, ptr %v5, align 4
  %v39 = load <16 x i32>, ptr %v35, align 4
  %v40 = load <16 x i32>, ptr %v36, align 4
  %v41 = load <16 x i32>, ptr %v37, align 4
  %v42 = icmp ne <16 x i32> %v38, splat (i32 -100)
  %v43 = icmp ne <16 x i32> %v39, splat (i32 -100)
  %v44 = icmp ne <16 x i32> %v40, splat (i32 -100)
  %v45 = icmp ne <16 x i32> %v41, splat (i32 -100)
  %v46 = icmp slt <16 x i32> splat (i32 -1), %v38
  %v47 = icmp slt <16 x i32> splat (i32 -1), %v39
  %v48 = icmp slt <16 x i32> splat (i32 -1), %v40
  %v49 = icmp slt <16 x i32> splat (i32 -1), %v41
  %v50 = icmp slt <16 x i32> %v38, splat (i32 10)
  %v51 = icmp slt <16 x i32> %v39, splat (i32 10)
  %v52 = icmp slt <16 x i32> %v40, splat (i32 10)
  %v53 = icmp slt <16 x i32> %v41, splat (i32 10)
  %v54 = and <16 x i1> %v46, %v50
  %v55 = and <16 x i1> %v47, %v51
  %v56 = and <16 x i1> %v48, %v52
  %v57 = and <16 x i1> %v49, %v53
  %v58 = xor <16 x i1> %v54, splat (i1 true)
  %v59 = xor <16 x i1> %v55, splat (i1 true)
  %v60 = xor <16 x i1> %v56, splat (i1 true)
  %v61 = xor <16 x i1> %v57, splat (i1 true)
  %v62 = and <16 x i1> %v58, %v42
  %v63 = and <16 x i1> %v59, %v43
  %v64 = and <16 x i1> %v60, %v44
  %v65 = and <16 x i1> %v61, %v45
  %v66 = mul i64 0, 16
  %v67 = mul i64 1, 16
  %v68 = mul i64 2, 16
  %v69 = mul i64 3, 16
  %v70 = trunc i64 %v66 to i32
  %v71 = insertelement <16 x i32> poison, i32 %v70, i64 0
  %v72 = shufflevector <16 x i32> %v71, <16 x i32> poison, <16 x i32> zeroinitializer
  %v73 = add <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v72
  %v74 = trunc i64 %v67 to i32
  %v75 = insertelement <16 x i32> poison, i32 %v74, i64 0
  %v76 = shufflevector <16 x i32> %v75, <16 x i32> poison, <16 x i32> zeroinitializer
  %v77 = add <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v76
  %v78 = trunc i64 %v68 to i32
  %v79 = insertelement <16 x i32> poison, i32 %v78, i64 0
  %v80 = shufflevector <16 x i32> %v79, <16 x i32> poison, <16 x i32> zeroinitializer
  %v81 = add <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v80
  %v82 = trunc i64 %v69 to i32
  %v83 = insertelement <16 x i32> poison, i32 %v82, i64 0
  %v84 = shufflevector <16 x i32> %v83, <16 x i32> poison, <16 x i32> zeroinitializer
  %v85 = add <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v84
  %v86 = select <16 x i1> %v62, <16 x i32> splat (i32 -1), <16 x i32> %v73
  %v87 = select <16 x i1> %v63, <16 x i32> splat (i32 -1), <16 x i32> %v77
  %v88 = select <16 x i1> %v64, <16 x i32> splat (i32 -1), <16 x i32> %v81
  %v89 = select <16 x i1> %v65, <16 x i32> splat (i32 -1), <16 x i32> %v85
  %v90 = sext <16 x i32> %v86 to <16 x i64>
  %v91 = sext <16 x i32> %v87 to <16 x i64>
  %v92 = sext <16 x i32> %v88 to <16 x i64>
  %v93 = sext <16 x i32> %v89 to <16 x i64>
  %v94 = icmp uge <16 x i64> %v90, splat (i64 64)
  %v95 = xor <16 x i1> %v94, splat (i1 true)
  %v96 = call i1 @llvm.vector.reduce.or.v16i1(<16 x i1> %v94)
  br i1 %v96, label %b3, label %b4, !prof !0
b3:
  %v97 = bitcast <16 x i1> %v94 to i16
  %v98 = call i16 @llvm.cttz.i16(i16 %v97, i1 true)
  %v99 = extractelement <16 x i64> %v90, i16 %v98
  %v100 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v100, align 8
  %v101 = getelementptr i64, ptr %v7, i64 1
  store i64 %v99, ptr %v101, align 8
  %v102 = getelementptr i64, ptr %v7, i64 2
  store i64 64, ptr %v102, align 8
  br label %b4
b4:
  %v103 = icmp uge <16 x i64> %v91, splat (i64 64)
  %v104 = xor <16 x i1> %v103, splat (i1 true)
  %v105 = call i1 @llvm.vector.reduce.or.v16i1(<16 x i1> %v103)
  br i1 %v105, label %b5, label %b6, !prof !0
b5:
  %v106 = bitcast <16 x i1> %v103 to i16
  %v107 = call i16 @llvm.cttz.i16(i16 %v106, i1 true)
  %v108 = extractelement <16 x i64> %v91, i16 %v107
  %v109 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v109, align 8
  %v110 = getelementptr i64, ptr %v7, i64 1
  store i64 %v108, ptr %v110, align 8
  %v111 = getelementptr i64, ptr %v7, i64 2
  store i64 64, ptr %v111, align 8
  br label %b6
b6:
  %v112 = icmp uge <16 x i64> %v92, splat (i64 64)
  %v113 = xor <16 x i1> %v112, splat (i1 true)
  %v114 = call i1 @llvm.vector.reduce.or.v16i1(<16 x i1> %v112)
  br i1 %v114, label %b7, label %b8, !prof !0
b7:
  %v115 = bitcast <16 x i1> %v112 to i16
  %v116 = call i16 @llvm.cttz.i16(i16 %v115, i1 true)
  %v117 = extractelement <16 x i64> %v92, i16 %v116
  %v118 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v118, align 8
  %v119 = getelementptr i64, ptr %v7, i64 1
  store i64 %v117, ptr %v119, align 8
  %v120 = getelementptr i64, ptr %v7, i64 2
  store i64 64, ptr %v120, align 8
  br label %b8
b8:
  %v121 = icmp uge <16 x i64> %v93, splat (i64 64)
  %v122 = xor <16 x i1> %v121, splat (i1 true)
  %v123 = call i1 @llvm.vector.reduce.or.v16i1(<16 x i1> %v121)
  br i1 %v123, label %b9, label %b10, !prof !0
b9:
  %v124 = bitcast <16 x i1> %v121 to i16
  %v125 = call i16 @llvm.cttz.i16(i16 %v124, i1 true)
  %v126 = extractelement <16 x i64> %v93, i16 %v125
  %v127 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v127, align 8
  %v128 = getelementptr i64, ptr %v7, i64 1
  store i64 %v126, ptr %v128, align 8
  %v129 = getelementptr i64, ptr %v7, i64 2
  store i64 64, ptr %v129, align 8
  br label %b10
b10:
  %v130 = getelementptr i32, ptr %v5, <16 x i32> %v86
  %v131 = call <16 x i32> @llvm.masked.gather.v16i32.v16p0(<16 x ptr> align 4 %v130, <16 x i1> %v95, <16 x i32> zeroinitializer)
  %v132 = getelementptr i32, ptr %v5, <16 x i32> %v87
  %v133 = call <16 x i32> @llvm.masked.gather.v16i32.v16p0(<16 x ptr> align 4 %v132, <16 x i1> %v104, <16 x i32> zeroinitializer)
  %v134 = getelementptr i32, ptr %v5, <16 x i32> %v88
  %v135 = call <16 x i32> @llvm.masked.gather.v16i32.v16p0(<16 x ptr> align 4 %v134, <16 x i1> %v113, <16 x i32> zeroinitializer)
  %v136 = getelementptr i32, ptr %v5, <16 x i32> %v89
  %v137 = call <16 x i32> @llvm.masked.gather.v16i32.v16p0(<16 x ptr> align 4 %v136, <16 x i1> %v122, <16 x i32> zeroinitializer)
  %v138 = icmp ne <16 x i32> %v131, %v38
  %v139 = icmp ne <16 x i32> %v133, %v39
  %v140 = icmp ne <16 x i32> %v135, %v40
  %v141 = icmp ne <16 x i32> %v137, %v41
  %v142 = xor <16 x i1> %v138, splat (i1 true)
  %v143 = xor <16 x i1> %v139, splat (i1 true)
  %v144 = xor <16 x i1> %v140, splat (i1 true)
  %v145 = xor <16 x i1> %v141, splat (i1 true)
  %v146 = select <16 x i1> %v42, <16 x i1> %v142, <16 x i1> splat (i1 false)
  %v147 = select <16 x i1> %v43, <16 x i1> %v143, <16 x i1> splat (i1 false)
  %v148 = select <16 x i1> %v44, <16 x i1> %v144, <16 x i1> splat (i1 false)
  %v149 = select <16 x i1> %v45, <16 x i1> %v145, <16 x i1> splat (i1 false)
  %v150 = xor <16 x i1> %v42, splat (i1 true)
  %v151 = xor <16 x i1> %v43, splat (i1 true)
  %v152 = xor <16 x i1> %v44, splat (i1 true)
  %v153 = xor <16 x i1> %v45, splat (i1 true)
  %v154 = or <16 x i1> %v146, %v150
  %v155 = or <16 x i1> %v147, %v151
  %v156 = or <16 x i1> %v148, %v152
  %v157 = or <16 x i1> %v149, %v153
  %v158 = select <16 x i1> %v154, <16 x i32> %v38, <16 x i32> splat (i32 -1)
  %v159 = select <16 x i1> %v155, <16 x i32> %v39, <16 x i32> splat (i32 -1)
  %v160 = select <16 x i1> %v156, <16 x i32> %v40, <16 x i32> splat (i32 -1)
  %v161 = select <16 x i1> %v157, <16 x i32> %v41, <16 x i32> splat (i32 -1)
  %v162 = icmp ne <16 x i32> %v158, splat (i32 -100)
  %v163 = icmp ne <16 x i32> %v159, splat (i32 -100)
  %v164 = icmp ne <16 x i32> %v160, splat (i32 -100)
  %v165 = icmp ne <16 x i32> %v161, splat (i32 -100)
  %v166 = select <16 x i1> %v162, <16 x float> splat (float 0x3FF0000000000000), <16 x float> splat (float 0x0000000000000000)
  %v167 = select <16 x i1> %v163, <16 x float> splat (float 0x3FF0000000000000), <16 x float> splat (float 0x0000000000000000)
  %v168 = select <16 x i1> %v164, <16 x float> splat (float 0x3FF0000000000000), <16 x float> splat (float 0x0000000000000000)
  %v169 = select <16 x i1> %v165, <16 x float> splat (float 0x3FF0000000000000), <16 x float> splat (float 0x0000000000000000)
  %v170 = fadd <16 x float> %v166, %v167
  %v171 = fadd <16 x float> %v168, %v169
  %v172 = fadd <16 x float> %v170, %v171
  %v173 = shufflevector <16 x float> %v172, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v174 = shufflevector <16 x float> %v172, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v175 = fadd <8 x float> %v173, %v174
  %v176 = shufflevector <8 x float> %v175, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v177 = shufflevector <8 x float> %v175, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v178 = fadd <4 x float> %v176, %v177
  %v179 = shufflevector <4 x float> %v178, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v180 = shufflevector <4 x float> %v178, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v181 = fadd <2 x float> %v179, %v180
  %v182 = extractelement <2 x float> %v181, i64 0
  %v183 = extractelement <2 x float> %v181, i64 1
  %v184 = fadd float %v182, %v183
  %v185 = fdiv float %v34, %v184
  store float %v185, ptr %v1, align 4
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
