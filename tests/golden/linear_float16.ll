define void @dot_64x40(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v30 = alloca float, i64 1152, align 64
  %v32 = alloca float, i64 1728, align 64
  %v65 = alloca float, i64 1536, align 64
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = getelementptr ptr, ptr %args, i64 3
  %v7 = load ptr, ptr %v6, align 8
  %v8 = mul i64 2, 2
  %v9 = add i64 %thread, 1
  %v10 = mul i64 %v8, %thread
  %v11 = udiv i64 %v10, %threads
  %v12 = mul i64 %v8, %v9
  %v13 = udiv i64 %v12, %threads
  %v14 = icmp slt i64 %v11, %v13
  br i1 %v14, label %b0, label %end
b0:
  %v15 = sub i64 %v13, 1
  %v16 = urem i64 %v11, 2
  %v17 = udiv i64 %v11, 2
  %v18 = urem i64 %v15, 2
  %v19 = udiv i64 %v15, 2
  %v20 = add i64 %v19, 1
  br label %b1
b1:
  %v21 = phi i64 [ %v17, %b0 ], [ %v520, %b23 ]
  %v22 = add i64 %v18, 1
  %v23 = icmp eq i64 %v21, %v17
  %v24 = icmp eq i64 %v21, %v19
  %v25 = select i1 %v23, i64 %v16, i64 0
  %v26 = select i1 %v24, i64 %v22, i64 2
  %v36 = mul i64 %v21, 36
  %v41 = mul i64 %v21, 1728
  br label %b6
b6:
  %v33 = phi i64 [ 0, %b1 ], [ %v63, %b10 ]
  %v37 = mul i64 %v33, 12
  %v38 = add i64 %v36, %v37
  %v42 = mul i64 %v33, 576
  %v43 = add i64 %v41, %v42
  br label %b7
b7:
  %v34 = phi i64 [ 0, %b6 ], [ %v61, %b9 ]
  %v39 = add i64 %v38, %v34
  %v40 = icmp slt i64 %v39, 64
  %v44 = mul i64 %v34, 48
  %v45 = add i64 %v43, %v44
  %v47 = getelementptr i16, ptr %v3, i64 %v45
  %v54 = mul i64 %v34, 16
  %v55 = add i64 %v42, %v54
  %v57 = getelementptr float, ptr %v32, i64 %v55
  br label %b8
b8:
  %v35 = phi i64 [ 0, %b7 ], [ %v59, %b8 ]
  %v46 = mul i64 %v35, 16
  %v48 = getelementptr i16, ptr %v47, i64 %v46
  %v49 = select i1 %v40, ptr %v48, ptr %v3
  %v50 = load <16 x i16>, ptr %v49, align 2
  %v51 = select i1 %v40, <16 x i16> %v50, <16 x i16> zeroinitializer
  %v52 = bitcast <16 x i16> %v51 to <16 x half>
  %v53 = fpext <16 x half> %v52 to <16 x float>
  %v56 = mul i64 %v35, 192
  %v58 = getelementptr float, ptr %v57, i64 %v56
  store <16 x float> %v53, ptr %v58, align 4
  %v59 = add nuw nsw i64 %v35, 1
  %v60 = icmp slt i64 %v59, 3
  br i1 %v60, label %b8, label %b9
b9:
  %v61 = add nuw nsw i64 %v34, 1
  %v62 = icmp slt i64 %v61, 12
  br i1 %v62, label %b7, label %b10
b10:
  %v63 = add nuw nsw i64 %v33, 1
  %v64 = icmp slt i64 %v63, 3
  br i1 %v64, label %b6, label %b11
b11:
  %v506 = mul i64 %v21, 1440
  br label %b2
b2:
  %v27 = phi i64 [ %v25, %b11 ], [ %v518, %b22 ]
  %v68 = mul i64 %v27, 32
  %v103 = mul i64 %v27, 1536
  br label %b12
b12:
  %v66 = phi i64 [ 0, %b2 ], [ %v305, %b14 ]
  %v69 = mul i64 %v66, 16
  %v70 = add i64 %v68, %v69
  %v71 = add i64 %v70, 0
  %v72 = add i64 %v70, 1
  %v73 = add i64 %v70, 2
  %v74 = add i64 %v70, 3
  %v75 = add i64 %v70, 4
  %v76 = add i64 %v70, 5
  %v77 = add i64 %v70, 6
  %v78 = add i64 %v70, 7
  %v79 = add i64 %v70, 8
  %v80 = add i64 %v70, 9
  %v81 = add i64 %v70, 10
  %v82 = add i64 %v70, 11
  %v83 = add i64 %v70, 12
  %v84 = add i64 %v70, 13
  %v85 = add i64 %v70, 14
  %v86 = add i64 %v70, 15
  %v87 = icmp slt i64 %v71, 40
  %v88 = icmp slt i64 %v72, 40
  %v89 = icmp slt i64 %v73, 40
  %v90 = icmp slt i64 %v74, 40
  %v91 = icmp slt i64 %v75, 40
  %v92 = icmp slt i64 %v76, 40
  %v93 = icmp slt i64 %v77, 40
  %v94 = icmp slt i64 %v78, 40
  %v95 = icmp slt i64 %v79, 40
  %v96 = icmp slt i64 %v80, 40
  %v97 = icmp slt i64 %v81, 40
  %v98 = icmp slt i64 %v82, 40
  %v99 = icmp slt i64 %v83, 40
  %v100 = icmp slt i64 %v84, 40
  %v101 = icmp slt i64 %v85, 40
  %v102 = icmp slt i64 %v86, 40
  %v104 = mul i64 %v66, 768
  %v105 = add i64 %v103, %v104
  %v107 = getelementptr i16, ptr %v5, i64 %v105
  %v284 = mul i64 %v66, 256
  br label %b13
b13:
  %v67 = phi i64 [ 0, %b12 ], [ %v303, %b13 ]
  %v106 = mul i64 %v67, 16
  %v108 = getelementptr i16, ptr %v107, i64 %v106
  %v109 = getelementptr i16, ptr %v108, i64 48
  %v110 = getelementptr i16, ptr %v108, i64 96
  %v111 = getelementptr i16, ptr %v108, i64 144
  %v112 = getelementptr i16, ptr %v108, i64 192
  %v113 = getelementptr i16, ptr %v108, i64 240
  %v114 = getelementptr i16, ptr %v108, i64 288
  %v115 = getelementptr i16, ptr %v108, i64 336
  %v116 = getelementptr i16, ptr %v108, i64 384
  %v117 = getelementptr i16, ptr %v108, i64 432
  %v118 = getelementptr i16, ptr %v108, i64 480
  %v119 = getelementptr i16, ptr %v108, i64 528
  %v120 = getelementptr i16, ptr %v108, i64 576
  %v121 = getelementptr i16, ptr %v108, i64 624
  %v122 = getelementptr i16, ptr %v108, i64 672
  %v123 = getelementptr i16, ptr %v108, i64 720
  %v124 = select i1 %v87, ptr %v108, ptr %v5
  %v125 = load <16 x i16>, ptr %v124, align 2
  %v126 = select i1 %v87, <16 x i16> %v125, <16 x i16> zeroinitializer
  %v127 = bitcast <16 x i16> %v126 to <16 x half>
  %v128 = fpext <16 x half> %v127 to <16 x float>
  %v129 = select i1 %v88, ptr %v109, ptr %v5
  %v130 = load <16 x i16>, ptr %v129, align 2
  %v131 = select i1 %v88, <16 x i16> %v130, <16 x i16> zeroinitializer
  %v132 = bitcast <16 x i16> %v131 to <16 x half>
  %v133 = fpext <16 x half> %v132 to <16 x float>
  %v134 = select i1 %v89, ptr %v110, ptr %v5
  %v135 = load <16 x i16>, ptr %v134, align 2
  %v136 = select i1 %v89, <16 x i16> %v135, <16 x i16> zeroinitializer
  %v137 = bitcast <16 x i16> %v136 to <16 x half>
  %v138 = fpext <16 x half> %v137 to <16 x float>
  %v139 = select i1 %v90, ptr %v111, ptr %v5
  %v140 = load <16 x i16>, ptr %v139, align 2
  %v141 = select i1 %v90, <16 x i16> %v140, <16 x i16> zeroinitializer
  %v142 = bitcast <16 x i16> %v141 to <16 x half>
  %v143 = fpext <16 x half> %v142 to <16 x float>
  %v144 = select i1 %v91, ptr %v112, ptr %v5
  %v145 = load <16 x i16>, ptr %v144, align 2
  %v146 = select i1 %v91, <16 x i16> %v145, <16 x i16> zeroinitializer
  %v147 = bitcast <16 x i16> %v146 to <16 x half>
  %v148 = fpext <16 x half> %v147 to <16 x float>
  %v149 = select i1 %v92, ptr %v113, ptr %v5
  %v150 = load <16 x i16>, ptr %v149, align 2
  %v151 = select i1 %v92, <16 x i16> %v150, <16 x i16> zeroinitializer
  %v152 = bitcast <16 x i16> %v151 to <16 x half>
  %v153 = fpext <16 x half> %v152 to <16 x float>
  %v154 = select i1 %v93, ptr %v114, ptr %v5
  %v155 = load <16 x i16>, ptr %v154, align 2
  %v156 = select i1 %v93, <16 x i16> %v155, <16 x i16> zeroinitializer
  %v157 = bitcast <16 x i16> %v156 to <16 x half>
  %v158 = fpext <16 x half> %v157 to <16 x float>
  %v159 = select i1 %v94, ptr %v115, ptr %v5
  %v160 = load <16 x i16>, ptr %v159, align 2
  %v161 = select i1 %v94, <16 x i16> %v160, <16 x i16> zeroinitializer
  %v162 = bitcast <16 x i16> %v161 to <16 x half>
  %v163 = fpext <16 x half> %v162 to <16 x float>
  %v164 = select i1 %v95, ptr %v116, ptr %v5
  %v165 = load <16 x i16>, ptr %v164, align 2
  %v166 = select i1 %v95, <16 x i16> %v165, <16 x i16> zeroinitializer
  %v167 = bitcast <16 x i16> %v166 to <16 x half>
  %v168 = fpext <16 x half> %v167 to <16 x float>
  %v169 = select i1 %v96, ptr %v117, ptr %v5
  %v170 = load <16 x i16>, ptr %v169, align 2
  %v171 = select i1 %v96, <16 x i16> %v170, <16 x i16> zeroinitializer
  %v172 = bitcast <16 x i16> %v171 to <16 x half>
  %v173 = fpext <16 x half> %v172 to <16 x float>
  %v174 = select i1 %v97, ptr %v118, ptr %v5
  %v175 = load <16 x i16>, ptr %v174, align 2
  %v176 = select i1 %v97, <16 x i16> %v175, <16 x i16> zeroinitializer
  %v177 = bitcast <16 x i16> %v176 to <16 x half>
  %v178 = fpext <16 x half> %v177 to <16 x float>
  %v179 = select i1 %v98, ptr %v119, ptr %v5
  %v180 = load <16 x i16>, ptr %v179, align 2
  %v181 = select i1 %v98, <16 x i16> %v180, <16 x i16> zeroinitializer
  %v182 = bitcast <16 x i16> %v181 to <16 x half>
  %v183 = fpext <16 x half> %v182 to <16 x float>
  %v184 = select i1 %v99, ptr %v120, ptr %v5
  %v185 = load <16 x i16>, ptr %v184, align 2
  %v186 = select i1 %v99, <16 x i16> %v185, <16 x i16> zeroinitializer
  %v187 = bitcast <16 x i16> %v186 to <16 x half>
  %v188 = fpext <16 x half> %v187 to <16 x float>
  %v189 = select i1 %v100, ptr %v121, ptr %v5
  %v190 = load <16 x i16>, ptr %v189, align 2
  %v191 = select i1 %v100, <16 x i16> %v190, <16 x i16> zeroinitializer
  %v192 = bitcast <16 x i16> %v191 to <16 x half>
  %v193 = fpext <16 x half> %v192 to <16 x float>
  %v194 = select i1 %v101, ptr %v122, ptr %v5
  %v195 = load <16 x i16>, ptr %v194, align 2
  %v196 = select i1 %v101, <16 x i16> %v195, <16 x i16> zeroinitializer
  %v197 = bitcast <16 x i16> %v196 to <16 x half>
  %v198 = fpext <16 x half> %v197 to <16 x float>
  %v199 = select i1 %v102, ptr %v123, ptr %v5
  %v200 = load <16 x i16>, ptr %v199, align 2
  %v201 = select i1 %v102, <16 x i16> %v200, <16 x i16> zeroinitializer
  %v202 = bitcast <16 x i16> %v201 to <16 x half>
  %v203 = fpext <16 x half> %v202 to <16 x float>
  %v204 = bitcast <16 x float> %v128 to <16 x i32>
  %v205 = bitcast <16 x float> %v133 to <16 x i32>
  %v206 = bitcast <16 x float> %v138 to <16 x i32>
  %v207 = bitcast <16 x float> %v143 to <16 x i32>
  %v208 = bitcast <16 x float> %v148 to <16 x i32>
  %v209 = bitcast <16 x float> %v153 to <16 x i32>
  %v210 = bitcast <16 x float> %v158 to <16 x i32>
  %v211 = bitcast <16 x float> %v163 to <16 x i32>
  %v212 = bitcast <16 x float> %v168 to <16 x i32>
  %v213 = bitcast <16 x float> %v173 to <16 x i32>
  %v214 = bitcast <16 x float> %v178 to <16 x i32>
  %v215 = bitcast <16 x float> %v183 to <16 x i32>
  %v216 = bitcast <16 x float> %v188 to <16 x i32>
  %v217 = bitcast <16 x float> %v193 to <16 x i32>
  %v218 = bitcast <16 x float> %v198 to <16 x i32>
  %v219 = bitcast <16 x float> %v203 to <16 x i32>
  %v220 = shufflevector <16 x i32> %v204, <16 x i32> %v205, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v221 = shufflevector <16 x i32> %v204, <16 x i32> %v205, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v222 = shufflevector <16 x i32> %v206, <16 x i32> %v207, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v223 = shufflevector <16 x i32> %v206, <16 x i32> %v207, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v224 = shufflevector <16 x i32> %v208, <16 x i32> %v209, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v225 = shufflevector <16 x i32> %v208, <16 x i32> %v209, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v226 = shufflevector <16 x i32> %v210, <16 x i32> %v211, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v227 = shufflevector <16 x i32> %v210, <16 x i32> %v211, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v228 = shufflevector <16 x i32> %v212, <16 x i32> %v213, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v229 = shufflevector <16 x i32> %v212, <16 x i32> %v213, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v230 = shufflevector <16 x i32> %v214, <16 x i32> %v215, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v231 = shufflevector <16 x i32> %v214, <16 x i32> %v215, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v232 = shufflevector <16 x i32> %v216, <16 x i32> %v217, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v233 = shufflevector <16 x i32> %v216, <16 x i32> %v217, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v234 = shufflevector <16 x i32> %v218, <16 x i32> %v219, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v235 = shufflevector <16 x i32> %v218, <16 x i32> %v219, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v236 = shufflevector <16 x i32> %v220, <16 x i32> %v222, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v237 = shufflevector <16 x i32> %v220, <16 x i32> %v222, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v238 = shufflevector <16 x i32> %v221, <16 x i32> %v223, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v239 = shufflevector <16 x i32> %v221, <16 x i32> %v223, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v240 = shufflevector <16 x i32> %v224, <16 x i32> %v226, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v241 = shufflevector <16 x i32> %v224, <16 x i32> %v226, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v242 = shufflevector <16 x i32> %v225, <16 x i32> %v227, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v243 = shufflevector <16 x i32> %v225, <16 x i32> %v227, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v244 = shufflevector <16 x i32> %v228, <16 x i32> %v230, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v245 = shufflevector <16 x i32> %v228, <16 x i32> %v230, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v246 = shufflevector <16 x i32> %v229, <16 x i32> %v231, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v247 = shufflevector <16 x i32> %v229, <16 x i32> %v231, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v248 = shufflevector <16 x i32> %v232, <16 x i32> %v234, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v249 = shufflevector <16 x i32> %v232, <16 x i32> %v234, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v250 = shufflevector <16 x i32> %v233, <16 x i32> %v235, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v251 = shufflevector <16 x i32> %v233, <16 x i32> %v235, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v252 = shufflevector <16 x i32> %v236, <16 x i32> %v240, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v253 = shufflevector <16 x i32> %v236, <16 x i32> %v240, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v254 = shufflevector <16 x i32> %v238, <16 x i32> %v242, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v255 = shufflevector <16 x i32> %v238, <16 x i32> %v242, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v256 = shufflevector <16 x i32> %v237, <16 x i32> %v241, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v257 = shufflevector <16 x i32> %v237, <16 x i32> %v241, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v258 = shufflevector <16 x i32> %v239, <16 x i32> %v243, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v259 = shufflevector <16 x i32> %v239, <16 x i32> %v243, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v260 = shufflevector <16 x i32> %v244, <16 x i32> %v248, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v261 = shufflevector <16 x i32> %v244, <16 x i32> %v248, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v262 = shufflevector <16 x i32> %v246, <16 x i32> %v250, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v263 = shufflevector <16 x i32> %v246, <16 x i32> %v250, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v264 = shufflevector <16 x i32> %v245, <16 x i32> %v249, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v265 = shufflevector <16 x i32> %v245, <16 x i32> %v249, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v266 = shufflevector <16 x i32> %v247, <16 x i32> %v251, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v267 = shufflevector <16 x i32> %v247, <16 x i32> %v251, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v268 = shufflevector <16 x i32> %v252, <16 x i32> %v260, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v269 = shufflevector <16 x i32> %v252, <16 x i32> %v260, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v270 = shufflevector <16 x i32> %v254, <16 x i32> %v262, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v271 = shufflevector <16 x i32> %v254, <16 x i32> %v262, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v272 = shufflevector <16 x i32> %v256, <16 x i32> %v264, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v273 = shufflevector <16 x i32> %v256, <16 x i32> %v264, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v274 = shufflevector <16 x i32> %v258, <16 x i32> %v266, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v275 = shufflevector <16 x i32> %v258, <16 x i32> %v266, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v276 = shufflevector <16 x i32> %v253, <16 x i32> %v261, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v277 = shufflevector <16 x i32> %v253, <16 x i32> %v261, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v278 = shufflevector <16 x i32> %v255, <16 x i32> %v263, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v279 = shufflevector <16 x i32> %v255, <16 x i32> %v263, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v280 = shufflevector <16 x i32> %v257, <16 x i32> %v265, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v281 = shufflevector <16 x i32> %v257, <16 x i32> %v265, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v282 = shufflevector <16 x i32> %v259, <16 x i32> %v267, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v283 = shufflevector <16 x i32> %v259, <16 x i32> %v267, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v285 = mul i64 %v67, 512
  %v286 = add i64 %v284, %v285
  %v287 = getelementptr float, ptr %v65, i64 %v286
  store <16 x i32> %v268, ptr %v287, align 4
  %v288 = getelementptr float, ptr %v287, i64 16
  store <16 x i32> %v272, ptr %v288, align 4
  %v289 = getelementptr float, ptr %v287, i64 32
  store <16 x i32> %v270, ptr %v289, align 4
  %v290 = getelementptr float, ptr %v287, i64 48
  store <16 x i32> %v274, ptr %v290, align 4
  %v291 = getelementptr float, ptr %v287, i64 64
  store <16 x i32> %v276, ptr %v291, align 4
  %v292 = getelementptr float, ptr %v287, i64 80
  store <16 x i32> %v280, ptr %v292, align 4
  %v293 = getelementptr float, ptr %v287, i64 96
  store <16 x i32> %v278, ptr %v293, align 4
  %v294 = getelementptr float, ptr %v287, i64 112
  store <16 x i32> %v282, ptr %v294, align 4
  %v295 = getelementptr float, ptr %v287, i64 128
  store <16 x i32> %v269, ptr %v295, align 4
  %v296 = getelementptr float, ptr %v287, i64 144
  store <16 x i32> %v273, ptr %v296, align 4
  %v297 = getelementptr float, ptr %v287, i64 160
  store <16 x i32> %v271, ptr %v297, align 4
  %v298 = getelementptr float, ptr %v287, i64 176
  store <16 x i32> %v275, ptr %v298, align 4
  %v299 = getelementptr float, ptr %v287, i64 192
  store <16 x i32> %v277, ptr %v299, align 4
  %v300 = getelementptr float, ptr %v287, i64 208
  store <16 x i32> %v281, ptr %v300, align 4
  %v301 = getelementptr float, ptr %v287, i64 224
  store <16 x i32> %v279, ptr %v301, align 4
  %v302 = getelementptr float, ptr %v287, i64 240
  store <16 x i32> %v283, ptr %v302, align 4
  %v303 = add nuw nsw i64 %v67, 1
  %v304 = icmp slt i64 %v303, 3
  br i1 %v304, label %b13, label %b14
b14:
  %v305 = add nuw nsw i64 %v66, 1
  %v306 = icmp slt i64 %v305, 2
  br i1 %v306, label %b12, label %b15
b15:
  br label %b5
b5:
  %v31 = phi i64 [ 0, %b15 ], [ %v481, %b19 ]
  %v307 = mul i64 %v31, 384
  %v308 = getelementptr float, ptr %v30, i64 %v307
  %v309 = getelementptr float, ptr %v308, i64 16
  %v310 = getelementptr float, ptr %v308, i64 32
  %v311 = getelementptr float, ptr %v308, i64 48
  %v312 = getelementptr float, ptr %v308, i64 64
  %v313 = getelementptr float, ptr %v308, i64 80
  %v314 = getelementptr float, ptr %v308, i64 96
  %v315 = getelementptr float, ptr %v308, i64 112
  %v316 = getelementptr float, ptr %v308, i64 128
  %v317 = getelementptr float, ptr %v308, i64 144
  %v318 = getelementptr float, ptr %v308, i64 160
  %v319 = getelementptr float, ptr %v308, i64 176
  %v320 = getelementptr float, ptr %v308, i64 192
  %v321 = getelementptr float, ptr %v308, i64 208
  %v322 = getelementptr float, ptr %v308, i64 224
  %v323 = getelementptr float, ptr %v308, i64 240
  %v324 = getelementptr float, ptr %v308, i64 256
  %v325 = getelementptr float, ptr %v308, i64 272
  %v326 = getelementptr float, ptr %v308, i64 288
  %v327 = getelementptr float, ptr %v308, i64 304
  %v328 = getelementptr float, ptr %v308, i64 320
  %v329 = getelementptr float, ptr %v308, i64 336
  %v330 = getelementptr float, ptr %v308, i64 352
  %v331 = getelementptr float, ptr %v308, i64 368
  %v389 = mul i64 %v31, 576
  br label %b16
b16:
  %v332 = phi i64 [ 0, %b5 ], [ %v479, %b18 ]
  %v333 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v453, %b18 ]
  %v334 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v454, %b18 ]
  %v335 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v455, %b18 ]
  %v336 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v456, %b18 ]
  %v337 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v457, %b18 ]
  %v338 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v458, %b18 ]
  %v339 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v459, %b18 ]
  %v340 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v460, %b18 ]
  %v341 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v461, %b18 ]
  %v342 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v462, %b18 ]
  %v343 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v463, %b18 ]
  %v344 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v464, %b18 ]
  %v345 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v465, %b18 ]
  %v346 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v466, %b18 ]
  %v347 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v467, %b18 ]
  %v348 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v468, %b18 ]
  %v349 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v469, %b18 ]
  %v350 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v470, %b18 ]
  %v351 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v471, %b18 ]
  %v352 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v472, %b18 ]
  %v353 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v473, %b18 ]
  %v354 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v474, %b18 ]
  %v355 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v475, %b18 ]
  %v356 = phi <16 x float> [ zeroinitializer, %b5 ], [ %v476, %b18 ]
  %v382 = mul i64 %v332, 512
  %v384 = getelementptr float, ptr %v65, i64 %v382
  %v390 = mul i64 %v332, 192
  %v391 = add i64 %v389, %v390
  %v392 = getelementptr float, ptr %v32, i64 %v391
  br label %b17
b17:
  %v357 = phi i64 [ 0, %b16 ], [ %v477, %b17 ]
  %v358 = phi <16 x float> [ %v333, %b16 ], [ %v453, %b17 ]
  %v359 = phi <16 x float> [ %v334, %b16 ], [ %v454, %b17 ]
  %v360 = phi <16 x float> [ %v335, %b16 ], [ %v455, %b17 ]
  %v361 = phi <16 x float> [ %v336, %b16 ], [ %v456, %b17 ]
  %v362 = phi <16 x float> [ %v337, %b16 ], [ %v457, %b17 ]
  %v363 = phi <16 x float> [ %v338, %b16 ], [ %v458, %b17 ]
  %v364 = phi <16 x float> [ %v339, %b16 ], [ %v459, %b17 ]
  %v365 = phi <16 x float> [ %v340, %b16 ], [ %v460, %b17 ]
  %v366 = phi <16 x float> [ %v341, %b16 ], [ %v461, %b17 ]
  %v367 = phi <16 x float> [ %v342, %b16 ], [ %v462, %b17 ]
  %v368 = phi <16 x float> [ %v343, %b16 ], [ %v463, %b17 ]
  %v369 = phi <16 x float> [ %v344, %b16 ], [ %v464, %b17 ]
  %v370 = phi <16 x float> [ %v345, %b16 ], [ %v465, %b17 ]
  %v371 = phi <16 x float> [ %v346, %b16 ], [ %v466, %b17 ]
  %v372 = phi <16 x float> [ %v347, %b16 ], [ %v467, %b17 ]
  %v373 = phi <16 x float> [ %v348, %b16 ], [ %v468, %b17 ]
  %v374 = phi <16 x float> [ %v349, %b16 ], [ %v469, %b17 ]
  %v375 = phi <16 x float> [ %v350, %b16 ], [ %v470, %b17 ]
  %v376 = phi <16 x float> [ %v351, %b16 ], [ %v471, %b17 ]
  %v377 = phi <16 x float> [ %v352, %b16 ], [ %v472, %b17 ]
  %v378 = phi <16 x float> [ %v353, %b16 ], [ %v473, %b17 ]
  %v379 = phi <16 x float> [ %v354, %b16 ], [ %v474, %b17 ]
  %v380 = phi <16 x float> [ %v355, %b16 ], [ %v475, %b17 ]
  %v381 = phi <16 x float> [ %v356, %b16 ], [ %v476, %b17 ]
  %v383 = mul i64 %v357, 16
  %v385 = getelementptr float, ptr %v384, i64 %v383
  %v386 = getelementptr float, ptr %v385, i64 256
  %v387 = load <16 x float>, ptr %v385, align 64
  %v388 = load <16 x float>, ptr %v386, align 64
  %v393 = getelementptr float, ptr %v392, i64 %v357
  %v394 = getelementptr float, ptr %v393, i64 16
  %v395 = getelementptr float, ptr %v393, i64 32
  %v396 = getelementptr float, ptr %v393, i64 48
  %v397 = getelementptr float, ptr %v393, i64 64
  %v398 = getelementptr float, ptr %v393, i64 80
  %v399 = getelementptr float, ptr %v393, i64 96
  %v400 = getelementptr float, ptr %v393, i64 112
  %v401 = getelementptr float, ptr %v393, i64 128
  %v402 = getelementptr float, ptr %v393, i64 144
  %v403 = getelementptr float, ptr %v393, i64 160
  %v404 = getelementptr float, ptr %v393, i64 176
  %v405 = load i32, ptr %v393, align 4
  %v406 = load i32, ptr %v394, align 4
  %v407 = load i32, ptr %v395, align 4
  %v408 = load i32, ptr %v396, align 4
  %v409 = load i32, ptr %v397, align 4
  %v410 = load i32, ptr %v398, align 4
  %v411 = load i32, ptr %v399, align 4
  %v412 = load i32, ptr %v400, align 4
  %v413 = load i32, ptr %v401, align 4
  %v414 = load i32, ptr %v402, align 4
  %v415 = load i32, ptr %v403, align 4
  %v416 = load i32, ptr %v404, align 4
  %v417 = insertelement <16 x i32> poison, i32 %v405, i64 0
  %v418 = shufflevector <16 x i32> %v417, <16 x i32> poison, <16 x i32> zeroinitializer
  %v419 = bitcast <16 x i32> %v418 to <16 x float>
  %v420 = insertelement <16 x i32> poison, i32 %v406, i64 0
  %v421 = shufflevector <16 x i32> %v420, <16 x i32> poison, <16 x i32> zeroinitializer
  %v422 = bitcast <16 x i32> %v421 to <16 x float>
  %v423 = insertelement <16 x i32> poison, i32 %v407, i64 0
  %v424 = shufflevector <16 x i32> %v423, <16 x i32> poison, <16 x i32> zeroinitializer
  %v425 = bitcast <16 x i32> %v424 to <16 x float>
  %v426 = insertelement <16 x i32> poison, i32 %v408, i64 0
  %v427 = shufflevector <16 x i32> %v426, <16 x i32> poison, <16 x i32> zeroinitializer
  %v428 = bitcast <16 x i32> %v427 to <16 x float>
  %v429 = insertelement <16 x i32> poison, i32 %v409, i64 0
  %v430 = shufflevector <16 x i32> %v429, <16 x i32> poison, <16 x i32> zeroinitializer
  %v431 = bitcast <16 x i32> %v430 to <16 x float>
  %v432 = insertelement <16 x i32> poison, i32 %v410, i64 0
  %v433 = shufflevector <16 x i32> %v432, <16 x i32> poison, <16 x i32> zeroinitializer
  %v434 = bitcast <16 x i32> %v433 to <16 x float>
  %v435 = insertelement <16 x i32> poison, i32 %v411, i64 0
  %v436 = shufflevector <16 x i32> %v435, <16 x i32> poison, <16 x i32> zeroinitializer
  %v437 = bitcast <16 x i32> %v436 to <16 x float>
  %v438 = insertelement <16 x i32> poison, i32 %v412, i64 0
  %v439 = shufflevector <16 x i32> %v438, <16 x i32> poison, <16 x i32> zeroinitializer
  %v440 = bitcast <16 x i32> %v439 to <16 x float>
  %v441 = insertelement <16 x i32> poison, i32 %v413, i64 0
  %v442 = shufflevector <16 x i32> %v441, <16 x i32> poison, <16 x i32> zeroinitializer
  %v443 = bitcast <16 x i32> %v442 to <16 x float>
  %v444 = insertelement <16 x i32> poison, i32 %v414, i64 0
  %v445 = shufflevector <16 x i32> %v444, <16 x i32> poison, <16 x i32> zeroinitializer
  %v446 = bitcast <16 x i32> %v445 to <16 x float>
  %v447 = insertelement <16 x i32> poison, i32 %v415, i64 0
  %v448 = shufflevector <16 x i32> %v447, <16 x i32> poison, <16 x i32> zeroinitializer
  %v449 = bitcast <16 x i32> %v448 to <16 x float>
  %v450 = insertelement <16 x i32> poison, i32 %v416, i64 0
  %v451 = shufflevector <16 x i32> %v450, <16 x i32> poison, <16 x i32> zeroinitializer
  %v452 = bitcast <16 x i32> %v451 to <16 x float>
  %v453 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v419, <16 x float> %v387, <16 x float> %v358)
  %v454 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v419, <16 x float> %v388, <16 x float> %v359)
  %v455 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v422, <16 x float> %v387, <16 x float> %v360)
  %v456 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v422, <16 x float> %v388, <16 x float> %v361)
  %v457 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v425, <16 x float> %v387, <16 x float> %v362)
  %v458 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v425, <16 x float> %v388, <16 x float> %v363)
  %v459 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v428, <16 x float> %v387, <16 x float> %v364)
  %v460 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v428, <16 x float> %v388, <16 x float> %v365)
  %v461 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v431, <16 x float> %v387, <16 x float> %v366)
  %v462 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v431, <16 x float> %v388, <16 x float> %v367)
  %v463 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v434, <16 x float> %v387, <16 x float> %v368)
  %v464 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v434, <16 x float> %v388, <16 x float> %v369)
  %v465 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v437, <16 x float> %v387, <16 x float> %v370)
  %v466 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v437, <16 x float> %v388, <16 x float> %v371)
  %v467 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v440, <16 x float> %v387, <16 x float> %v372)
  %v468 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v440, <16 x float> %v388, <16 x float> %v373)
  %v469 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v443, <16 x float> %v387, <16 x float> %v374)
  %v470 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v443, <16 x float> %v388, <16 x float> %v375)
  %v471 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v446, <16 x float> %v387, <16 x float> %v376)
  %v472 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v446, <16 x float> %v388, <16 x float> %v377)
  %v473 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v449, <16 x float> %v387, <16 x float> %v378)
  %v474 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v449, <16 x float> %v388, <16 x float> %v379)
  %v475 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v452, <16 x float> %v387, <16 x float> %v380)
  %v476 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v452, <16 x float> %v388, <16 x float> %v381)
  %v477 = add nuw nsw i64 %v357, 1
  %v478 = icmp slt i64 %v477, 16
  br i1 %v478, label %b17, label %b18
b18:
  %v479 = add nuw nsw i64 %v332, 1
  %v480 = icmp slt i64 %v479, 3
  br i1 %v480, label %b16, label %b19
b19:
  store <16 x float> %v453, ptr %v308, align 64
  store <16 x float> %v454, ptr %v309, align 64
  store <16 x float> %v455, ptr %v310, align 64
  store <16 x float> %v456, ptr %v311, align 64
  store <16 x float> %v457, ptr %v312, align 64
  store <16 x float> %v458, ptr %v313, align 64
  store <16 x float> %v459, ptr %v314, align 64
  store <16 x float> %v460, ptr %v315, align 64
  store <16 x float> %v461, ptr %v316, align 64
  store <16 x float> %v462, ptr %v317, align 64
  store <16 x float> %v463, ptr %v318, align 64
  store <16 x float> %v464, ptr %v319, align 64
  store <16 x float> %v465, ptr %v320, align 64
  store <16 x float> %v466, ptr %v321, align 64
  store <16 x float> %v467, ptr %v322, align 64
  store <16 x float> %v468, ptr %v323, align 64
  store <16 x float> %v469, ptr %v324, align 64
  store <16 x float> %v470, ptr %v325, align 64
  store <16 x float> %v471, ptr %v326, align 64
  store <16 x float> %v472, ptr %v327, align 64
  store <16 x float> %v473, ptr %v328, align 64
  store <16 x float> %v474, ptr %v329, align 64
  store <16 x float> %v475, ptr %v330, align 64
  store <16 x float> %v476, ptr %v331, align 64
  %v481 = add nuw nsw i64 %v31, 1
  %v482 = icmp slt i64 %v481, 3
  br i1 %v482, label %b5, label %b20
b20:
  %v494 = mul i64 %v27, 32
  %v507 = add i64 %v506, %v494
  br label %b3
b3:
  %v28 = phi i64 [ 0, %b20 ], [ %v516, %b21 ]
  %v483 = mul i64 %v28, 32
  %v485 = getelementptr float, ptr %v30, i64 %v483
  %v492 = add i64 %v36, %v28
  %v493 = icmp slt i64 %v492, 64
  %v503 = insertelement <16 x i1> poison, i1 %v493, i64 0
  %v504 = shufflevector <16 x i1> %v503, <16 x i1> poison, <16 x i32> zeroinitializer
  %v508 = mul i64 %v28, 40
  %v509 = add i64 %v507, %v508
  %v510 = getelementptr i16, ptr %v1, i64 %v509
  br label %b4
b4:
  %v29 = phi i64 [ 0, %b3 ], [ %v514, %b4 ]
  %v484 = mul i64 %v29, 16
  %v486 = getelementptr float, ptr %v485, i64 %v484
  %v487 = load <16 x float>, ptr %v486, align 4
  %v488 = fptrunc <16 x float> %v487 to <16 x half>
  %v489 = bitcast <16 x half> %v488 to <16 x i16>
  %v490 = bitcast <16 x i16> %v489 to <16 x half>
  %v491 = fpext <16 x half> %v490 to <16 x float>
  %v495 = add i64 %v494, %v484
  %v496 = sub i64 40, %v495
  %v497 = call i64 @llvm.smax.i64(i64 %v496, i64 0)
  %v498 = call i64 @llvm.smin.i64(i64 %v497, i64 16)
  %v499 = trunc i64 %v498 to i32
  %v500 = insertelement <16 x i32> poison, i32 %v499, i64 0
  %v501 = shufflevector <16 x i32> %v500, <16 x i32> poison, <16 x i32> zeroinitializer
  %v502 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v501
  %v505 = and <16 x i1> %v504, %v502
  %v511 = getelementptr i16, ptr %v510, i64 %v484
  %v512 = fptrunc <16 x float> %v491 to <16 x half>
  %v513 = bitcast <16 x half> %v512 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v513, ptr align 2 %v511, <16 x i1> %v505)
  %v514 = add nuw nsw i64 %v29, 1
  %v515 = icmp slt i64 %v514, 2
  br i1 %v515, label %b4, label %b21
b21:
  %v516 = add nuw nsw i64 %v28, 1
  %v517 = icmp slt i64 %v516, 36
  br i1 %v517, label %b3, label %b22
b22:
  %v518 = add nuw nsw i64 %v27, 1
  %v519 = icmp slt i64 %v518, %v26
  br i1 %v519, label %b2, label %b23
b23:
  %v520 = add nuw nsw i64 %v21, 1
  %v521 = icmp slt i64 %v520, %v20
  br i1 %v521, label %b1, label %b24
b24:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
