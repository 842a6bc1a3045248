define void @dot_64x40(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v19 = alloca float, i64 768, align 64
  %v21 = alloca float, i64 768, align 64
  %v47 = alloca float, i64 2304, align 64
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = getelementptr ptr, ptr %args, i64 3
  %v7 = load ptr, ptr %v6, align 8
  %v8 = add i64 %thread, 1
  %v9 = mul i64 4, %thread
  %v10 = udiv i64 %v9, %threads
  %v11 = mul i64 4, %v8
  %v12 = udiv i64 %v11, %threads
  %v13 = icmp slt i64 %v10, %v12
  br i1 %v13, label %b0, label %end
b0:
  %v14 = sub i64 %v12, 1
  %v15 = add i64 %v14, 1
  br label %b11
b11:
  %v48 = phi i64 [ 0, %b0 ], [ %v283, %b13 ]
  %v50 = mul i64 %v48, 16
  %v51 = add i64 %v50, 0
  %v52 = add i64 %v50, 1
  %v53 = add i64 %v50, 2
  %v54 = add i64 %v50, 3
  %v55 = add i64 %v50, 4
  %v56 = add i64 %v50, 5
  %v57 = add i64 %v50, 6
  %v58 = add i64 %v50, 7
  %v59 = add i64 %v50, 8
  %v60 = add i64 %v50, 9
  %v61 = add i64 %v50, 10
  %v62 = add i64 %v50, 11
  %v63 = add i64 %v50, 12
  %v64 = add i64 %v50, 13
  %v65 = add i64 %v50, 14
  %v66 = add i64 %v50, 15
  %v67 = icmp slt i64 %v51, 40
  %v68 = icmp slt i64 %v52, 40
  %v69 = icmp slt i64 %v53, 40
  %v70 = icmp slt i64 %v54, 40
  %v71 = icmp slt i64 %v55, 40
  %v72 = icmp slt i64 %v56, 40
  %v73 = icmp slt i64 %v57, 40
  %v74 = icmp slt i64 %v58, 40
  %v75 = icmp slt i64 %v59, 40
  %v76 = icmp slt i64 %v60, 40
  %v77 = icmp slt i64 %v61, 40
  %v78 = icmp slt i64 %v62, 40
  %v79 = icmp slt i64 %v63, 40
  %v80 = icmp slt i64 %v64, 40
  %v81 = icmp slt i64 %v65, 40
  %v82 = icmp slt i64 %v66, 40
  %v83 = mul i64 %v48, 768
  %v85 = getelementptr i16, ptr %v5, i64 %v83
  %v262 = mul i64 %v48, 256
  br label %b12
b12:
  %v49 = phi i64 [ 0, %b11 ], [ %v281, %b12 ]
  %v84 = mul i64 %v49, 16
  %v86 = getelementptr i16, ptr %v85, i64 %v84
  %v87 = getelementptr i16, ptr %v86, i64 48
  %v88 = getelementptr i16, ptr %v86, i64 96
  %v89 = getelementptr i16, ptr %v86, i64 144
  %v90 = getelementptr i16, ptr %v86, i64 192
  %v91 = getelementptr i16, ptr %v86, i64 240
  %v92 = getelementptr i16, ptr %v86, i64 288
  %v93 = getelementptr i16, ptr %v86, i64 336
  %v94 = getelementptr i16, ptr %v86, i64 384
  %v95 = getelementptr i16, ptr %v86, i64 432
  %v96 = getelementptr i16, ptr %v86, i64 480
  %v97 = getelementptr i16, ptr %v86, i64 528
  %v98 = getelementptr i16, ptr %v86, i64 576
  %v99 = getelementptr i16, ptr %v86, i64 624
  %v100 = getelementptr i16, ptr %v86, i64 672
  %v101 = getelementptr i16, ptr %v86, i64 720
  %v102 = select i1 %v67, ptr %v86, ptr %v5
  %v103 = load <16 x i16>, ptr %v102, align 2
  %v104 = select i1 %v67, <16 x i16> %v103, <16 x i16> zeroinitializer
  %v105 = bitcast <16 x i16> %v104 to <16 x half>
  %v106 = fpext <16 x half> %v105 to <16 x float>
  %v107 = select i1 %v68, ptr %v87, ptr %v5
  %v108 = load <16 x i16>, ptr %v107, align 2
  %v109 = select i1 %v68, <16 x i16> %v108, <16 x i16> zeroinitializer
  %v110 = bitcast <16 x i16> %v109 to <16 x half>
  %v111 = fpext <16 x half> %v110 to <16 x float>
  %v112 = select i1 %v69, ptr %v88, ptr %v5
  %v113 = load <16 x i16>, ptr %v112, align 2
  %v114 = select i1 %v69, <16 x i16> %v113, <16 x i16> zeroinitializer
  %v115 = bitcast <16 x i16> %v114 to <16 x half>
  %v116 = fpext <16 x half> %v115 to <16 x float>
  %v117 = select i1 %v70, ptr %v89, ptr %v5
  %v118 = load <16 x i16>, ptr %v117, align 2
  %v119 = select i1 %v70, <16 x i16> %v118, <16 x i16> zeroinitializer
  %v120 = bitcast <16 x i16> %v119 to <16 x half>
  %v121 = fpext <16 x half> %v120 to <16 x float>
  %v122 = select i1 %v71, ptr %v90, ptr %v5
  %v123 = load <16 x i16>, ptr %v122, align 2
  %v124 = select i1 %v71, <16 x i16> %v123, <16 x i16> zeroinitializer
  %v125 = bitcast <16 x i16> %v124 to <16 x half>
  %v126 = fpext <16 x half> %v125 to <16 x float>
  %v127 = select i1 %v72, ptr %v91, ptr %v5
  %v128 = load <16 x i16>, ptr %v127, align 2
  %v129 = select i1 %v72, <16 x i16> %v128, <16 x i16> zeroinitializer
  %v130 = bitcast <16 x i16> %v129 to <16 x half>
  %v131 = fpext <16 x half> %v130 to <16 x float>
  %v132 = select i1 %v73, ptr %v92, ptr %v5
  %v133 = load <16 x i16>, ptr %v132, align 2
  %v134 = select i1 %v73, <16 x i16> %v133, <16 x i16> zeroinitializer
  %v135 = bitcast <16 x i16> %v134 to <16 x half>
  %v136 = fpext <16 x half> %v135 to <16 x float>
  %v137 = select i1 %v74, ptr %v93, ptr %v5
  %v138 = load <16 x i16>, ptr %v137, align 2
  %v139 = select i1 %v74, <16 x i16> %v138, <16 x i16> zeroinitializer
  %v140 = bitcast <16 x i16> %v139 to <16 x half>
  %v141 = fpext <16 x half> %v140 to <16 x float>
  %v142 = select i1 %v75, ptr %v94, ptr %v5
  %v143 = load <16 x i16>, ptr %v142, align 2
  %v144 = select i1 %v75, <16 x i16> %v143, <16 x i16> zeroinitializer
  %v145 = bitcast <16 x i16> %v144 to <16 x half>
  %v146 = fpext <16 x half> %v145 to <16 x float>
  %v147 = select i1 %v76, ptr %v95, ptr %v5
  %v148 = load <16 x i16>, ptr %v147, align 2
  %v149 = select i1 %v76, <16 x i16> %v148, <16 x i16> zeroinitializer
  %v150 = bitcast <16 x i16> %v149 to <16 x half>
  %v151 = fpext <16 x half> %v150 to <16 x float>
  %v152 = select i1 %v77, ptr %v96, ptr %v5
  %v153 = load <16 x i16>, ptr %v152, align 2
  %v154 = select i1 %v77, <16 x i16> %v153, <16 x i16> zeroinitializer
  %v155 = bitcast <16 x i16> %v154 to <16 x half>
  %v156 = fpext <16 x half> %v155 to <16 x float>
  %v157 = select i1 %v78, ptr %v97, ptr %v5
  %v158 = load <16 x i16>, ptr %v157, align 2
  %v159 = select i1 %v78, <16 x i16> %v158, <16 x i16> zeroinitializer
  %v160 = bitcast <16 x i16> %v159 to <16 x half>
  %v161 = fpext <16 x half> %v160 to <16 x float>
  %v162 = select i1 %v79, ptr %v98, ptr %v5
  %v163 = load <16 x i16>, ptr %v162, align 2
  %v164 = select i1 %v79, <16 x i16> %v163, <16 x i16> zeroinitializer
  %v165 = bitcast <16 x i16> %v164 to <16 x half>
  %v166 = fpext <16 x half> %v165 to <16 x float>
  %v167 = select i1 %v80, ptr %v99, ptr %v5
  %v168 = load <16 x i16>, ptr %v167, align 2
  %v169 = select i1 %v80, <16 x i16> %v168, <16 x i16> zeroinitializer
  %v170 = bitcast <16 x i16> %v169 to <16 x half>
  %v171 = fpext <16 x half> %v170 to <16 x float>
  %v172 = select i1 %v81, ptr %v100, ptr %v5
  %v173 = load <16 x i16>, ptr %v172, align 2
  %v174 = select i1 %v81, <16 x i16> %v173, <16 x i16> zeroinitializer
  %v175 = bitcast <16 x i16> %v174 to <16 x half>
  %v176 = fpext <16 x half> %v175 to <16 x float>
  %v177 = select i1 %v82, ptr %v101, ptr %v5
  %v178 = load <16 x i16>, ptr %v177, align 2
  %v179 = select i1 %v82, <16 x i16> %v178, <16 x i16> zeroinitializer
  %v180 = bitcast <16 x i16> %v179 to <16 x half>
  %v181 = fpext <16 x half> %v180 to <16 x float>
  %v182 = bitcast <16 x float> %v106 to <16 x i32>
  %v183 = bitcast <16 x float> %v111 to <16 x i32>
  %v184 = bitcast <16 x float> %v116 to <16 x i32>
  %v185 = bitcast <16 x float> %v121 to <16 x i32>
  %v186 = bitcast <16 x float> %v126 to <16 x i32>
  %v187 = bitcast <16 x float> %v131 to <16 x i32>
  %v188 = bitcast <16 x float> %v136 to <16 x i32>
  %v189 = bitcast <16 x float> %v141 to <16 x i32>
  %v190 = bitcast <16 x float> %v146 to <16 x i32>
  %v191 = bitcast <16 x float> %v151 to <16 x i32>
  %v192 = bitcast <16 x float> %v156 to <16 x i32>
  %v193 = bitcast <16 x float> %v161 to <16 x i32>
  %v194 = bitcast <16 x float> %v166 to <16 x i32>
  %v195 = bitcast <16 x float> %v171 to <16 x i32>
  %v196 = bitcast <16 x float> %v176 to <16 x i32>
  %v197 = bitcast <16 x float> %v181 to <16 x i32>
  %v198 = shufflevector <16 x i32> %v182, <16 x i32> %v183, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v199 = shufflevector <16 x i32> %v182, <16 x i32> %v183, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v200 = shufflevector <16 x i32> %v184, <16 x i32> %v185, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v201 = shufflevector <16 x i32> %v184, <16 x i32> %v185, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v202 = shufflevector <16 x i32> %v186, <16 x i32> %v187, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v203 = shufflevector <16 x i32> %v186, <16 x i32> %v187, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v204 = shufflevector <16 x i32> %v188, <16 x i32> %v189, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v205 = shufflevector <16 x i32> %v188, <16 x i32> %v189, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v206 = shufflevector <16 x i32> %v190, <16 x i32> %v191, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v207 = shufflevector <16 x i32> %v190, <16 x i32> %v191, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v208 = shufflevector <16 x i32> %v192, <16 x i32> %v193, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v209 = shufflevector <16 x i32> %v192, <16 x i32> %v193, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v210 = shufflevector <16 x i32> %v194, <16 x i32> %v195, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v211 = shufflevector <16 x i32> %v194, <16 x i32> %v195, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v212 = shufflevector <16 x i32> %v196, <16 x i32> %v197, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 4, i32 20, i32 5, i32 21, i32 8, i32 24, i32 9, i32 25, i32 12, i32 28, i32 13, i32 29>
  %v213 = shufflevector <16 x i32> %v196, <16 x i32> %v197, <16 x i32> <i32 2, i32 18, i32 3, i32 19, i32 6, i32 22, i32 7, i32 23, i32 10, i32 26, i32 11, i32 27, i32 14, i32 30, i32 15, i32 31>
  %v214 = shufflevector <16 x i32> %v198, <16 x i32> %v200, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v215 = shufflevector <16 x i32> %v198, <16 x i32> %v200, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v216 = shufflevector <16 x i32> %v199, <16 x i32> %v201, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v217 = shufflevector <16 x i32> %v199, <16 x i32> %v201, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v218 = shufflevector <16 x i32> %v202, <16 x i32> %v204, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v219 = shufflevector <16 x i32> %v202, <16 x i32> %v204, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v220 = shufflevector <16 x i32> %v203, <16 x i32> %v205, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v221 = shufflevector <16 x i32> %v203, <16 x i32> %v205, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v222 = shufflevector <16 x i32> %v206, <16 x i32> %v208, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v223 = shufflevector <16 x i32> %v206, <16 x i32> %v208, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v224 = shufflevector <16 x i32> %v207, <16 x i32> %v209, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v225 = shufflevector <16 x i32> %v207, <16 x i32> %v209, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v226 = shufflevector <16 x i32> %v210, <16 x i32> %v212, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v227 = shufflevector <16 x i32> %v210, <16 x i32> %v212, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v228 = shufflevector <16 x i32> %v211, <16 x i32> %v213, <16 x i32> <i32 0, i32 1, i32 16, i32 17, i32 4, i32 5, i32 20, i32 21, i32 8, i32 9, i32 24, i32 25, i32 12, i32 13, i32 28, i32 29>
  %v229 = shufflevector <16 x i32> %v211, <16 x i32> %v213, <16 x i32> <i32 2, i32 3, i32 18, i32 19, i32 6, i32 7, i32 22, i32 23, i32 10, i32 11, i32 26, i32 27, i32 14, i32 15, i32 30, i32 31>
  %v230 = shufflevector <16 x i32> %v214, <16 x i32> %v218, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v231 = shufflevector <16 x i32> %v214, <16 x i32> %v218, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v232 = shufflevector <16 x i32> %v216, <16 x i32> %v220, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v233 = shufflevector <16 x i32> %v216, <16 x i32> %v220, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v234 = shufflevector <16 x i32> %v215, <16 x i32> %v219, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v235 = shufflevector <16 x i32> %v215, <16 x i32> %v219, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v236 = shufflevector <16 x i32> %v217, <16 x i32> %v221, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v237 = shufflevector <16 x i32> %v217, <16 x i32> %v221, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v238 = shufflevector <16 x i32> %v222, <16 x i32> %v226, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v239 = shufflevector <16 x i32> %v222, <16 x i32> %v226, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v240 = shufflevector <16 x i32> %v224, <16 x i32> %v228, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v241 = shufflevector <16 x i32> %v224, <16 x i32> %v228, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v242 = shufflevector <16 x i32> %v223, <16 x i32> %v227, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v243 = shufflevector <16 x i32> %v223, <16 x i32> %v227, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v244 = shufflevector <16 x i32> %v225, <16 x i32> %v229, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v245 = shufflevector <16 x i32> %v225, <16 x i32> %v229, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v246 = shufflevector <16 x i32> %v230, <16 x i32> %v238, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v247 = shufflevector <16 x i32> %v230, <16 x i32> %v238, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v248 = shufflevector <16 x i32> %v232, <16 x i32> %v240, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v249 = shufflevector <16 x i32> %v232, <16 x i32> %v240, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v250 = shufflevector <16 x i32> %v234, <16 x i32> %v242, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v251 = shufflevector <16 x i32> %v234, <16 x i32> %v242, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v252 = shufflevector <16 x i32> %v236, <16 x i32> %v244, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v253 = shufflevector <16 x i32> %v236, <16 x i32> %v244, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v254 = shufflevector <16 x i32> %v231, <16 x i32> %v239, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v255 = shufflevector <16 x i32> %v231, <16 x i32> %v239, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v256 = shufflevector <16 x i32> %v233, <16 x i32> %v241, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v257 = shufflevector <16 x i32> %v233, <16 x i32> %v241, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v258 = shufflevector <16 x i32> %v235, <16 x i32> %v243, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v259 = shufflevector <16 x i32> %v235, <16 x i32> %v243, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v260 = shufflevector <16 x i32> %v237, <16 x i32> %v245, <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 8, i32 9, i32 10, i32 11, i32 16, i32 17, i32 18, i32 19, i32 24, i32 25, i32 26, i32 27>
  %v261 = shufflevector <16 x i32> %v237, <16 x i32> %v245, <16 x i32> <i32 4, i32 5, i32 6, i32 7, i32 12, i32 13, i32 14, i32 15, i32 20, i32 21, i32 22, i32 23, i32 28, i32 29, i32 30, i32 31>
  %v263 = mul i64 %v49, 768
  %v264 = add i64 %v262, %v263
  %v265 = getelementptr float, ptr %v47, i64 %v264
  store <16 x i32> %v246, ptr %v265, align 4
  %v266 = getelementptr float, ptr %v265, i64 16
  store <16 x i32> %v250, ptr %v266, align 4
  %v267 = getelementptr float, ptr %v265, i64 32
  store <16 x i32> %v248, ptr %v267, align 4
  %v268 = getelementptr float, ptr %v265, i64 48
  store <16 x i32> %v252, ptr %v268, align 4
  %v269 = getelementptr float, ptr %v265, i64 64
  store <16 x i32> %v254, ptr %v269, align 4
  %v270 = getelementptr float, ptr %v265, i64 80
  store <16 x i32> %v258, ptr %v270, align 4
  %v271 = getelementptr float, ptr %v265, i64 96
  store <16 x i32> %v256, ptr %v271, align 4
  %v272 = getelementptr float, ptr %v265, i64 112
  store <16 x i32> %v260, ptr %v272, align 4
  %v273 = getelementptr float, ptr %v265, i64 128
  store <16 x i32> %v247, ptr %v273, align 4
  %v274 = getelementptr float, ptr %v265, i64 144
  store <16 x i32> %v251, ptr %v274, align 4
  %v275 = getelementptr float, ptr %v265, i64 160
  store <16 x i32> %v249, ptr %v275, align 4
  %v276 = getelementptr float, ptr %v265, i64 176
  store <16 x i32> %v253, ptr %v276, align 4
  %v277 = getelementptr float, ptr %v265, i64 192
  store <16 x i32> %v255, ptr %v277, align 4
  %v278 = getelementptr float, ptr %v265, i64 208
  store <16 x i32> %v259, ptr %v278, align 4
  %v279 = getelementptr float, ptr %v265, i64 224
  store <16 x i32> %v257, ptr %v279, align 4
  %v280 = getelementptr float, ptr %v265, i64 240
  store <16 x i32> %v261, ptr %v280, align 4
  %v281 = add nuw nsw i64 %v49, 1
  %v282 = icmp slt i64 %v281, 3
  br i1 %v282, label %b12, label %b13
b13:
  %v283 = add nuw nsw i64 %v48, 1
  %v284 = icmp slt i64 %v283, 3
  br i1 %v284, label %b11, label %b14
b14:
  br label %b1
b1:
  %v16 = phi i64 [ %v10, %b14 ], [ %v469, %b21 ]
  %v25 = mul i64 %v16, 768
  br label %b5
b5:
  %v22 = phi i64 [ 0, %b1 ], [ %v45, %b9 ]
  %v26 = mul i64 %v22, 384
  %v27 = add i64 %v25, %v26
  br label %b6
b6:
  %v23 = phi i64 [ 0, %b5 ], [ %v43, %b8 ]
  %v28 = mul i64 %v23, 48
  %v29 = add i64 %v27, %v28
  %v31 = getelementptr i16, ptr %v3, i64 %v29
  %v36 = mul i64 %v23, 16
  %v37 = add i64 %v26, %v36
  %v39 = getelementptr float, ptr %v21, i64 %v37
  br label %b7
b7:
  %v24 = phi i64 [ 0, %b6 ], [ %v41, %b7 ]
  %v30 = mul i64 %v24, 16
  %v32 = getelementptr i16, ptr %v31, i64 %v30
  %v33 = load <16 x i16>, ptr %v32, align 2
  %v34 = bitcast <16 x i16> %v33 to <16 x half>
  %v35 = fpext <16 x half> %v34 to <16 x float>
  %v38 = mul i64 %v24, 128
  %v40 = getelementptr float, ptr %v39, i64 %v38
  store <16 x float> %v35, ptr %v40, align 4
  %v41 = add nuw nsw i64 %v24, 1
  %v42 = icmp slt i64 %v41, 3
  br i1 %v42, label %b7, label %b8
b8:
  %v43 = add nuw nsw i64 %v23, 1
  %v44 = icmp slt i64 %v43, 8
  br i1 %v44, label %b6, label %b9
b9:
  %v45 = add nuw nsw i64 %v22, 1
  %v46 = icmp slt i64 %v45, 2
  br i1 %v46, label %b5, label %b10
b10:
  br label %b4
b4:
  %v20 = phi i64 [ 0, %b10 ], [ %v440, %b18 ]
  %v285 = mul i64 %v20, 384
  %v286 = getelementptr float, ptr %v19, i64 %v285
  %v287 = getelementptr float, ptr %v286, i64 16
  %v288 = getelementptr float, ptr %v286, i64 32
  %v289 = getelementptr float, ptr %v286, i64 48
  %v290 = getelementptr float, ptr %v286, i64 64
  %v291 = getelementptr float, ptr %v286, i64 80
  %v292 = getelementptr float, ptr %v286, i64 96
  %v293 = getelementptr float, ptr %v286, i64 112
  %v294 = getelementptr float, ptr %v286, i64 128
  %v295 = getelementptr float, ptr %v286, i64 144
  %v296 = getelementptr float, ptr %v286, i64 160
  %v297 = getelementptr float, ptr %v286, i64 176
  %v298 = getelementptr float, ptr %v286, i64 192
  %v299 = getelementptr float, ptr %v286, i64 208
  %v300 = getelementptr float, ptr %v286, i64 224
  %v301 = getelementptr float, ptr %v286, i64 240
  %v302 = getelementptr float, ptr %v286, i64 256
  %v303 = getelementptr float, ptr %v286, i64 272
  %v304 = getelementptr float, ptr %v286, i64 288
  %v305 = getelementptr float, ptr %v286, i64 304
  %v306 = getelementptr float, ptr %v286, i64 320
  %v307 = getelementptr float, ptr %v286, i64 336
  %v308 = getelementptr float, ptr %v286, i64 352
  %v309 = getelementptr float, ptr %v286, i64 368
  br label %b15
b15:
  %v310 = phi i64 [ 0, %b4 ], [ %v438, %b17 ]
  %v311 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v412, %b17 ]
  %v312 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v413, %b17 ]
  %v313 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v414, %b17 ]
  %v314 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v415, %b17 ]
  %v315 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v416, %b17 ]
  %v316 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v417, %b17 ]
  %v317 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v418, %b17 ]
  %v318 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v419, %b17 ]
  %v319 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v420, %b17 ]
  %v320 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v421, %b17 ]
  %v321 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v422, %b17 ]
  %v322 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v423, %b17 ]
  %v323 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v424, %b17 ]
  %v324 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v425, %b17 ]
  %v325 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v426, %b17 ]
  %v326 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v427, %b17 ]
  %v327 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v428, %b17 ]
  %v328 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v429, %b17 ]
  %v329 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v430, %b17 ]
  %v330 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v431, %b17 ]
  %v331 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v432, %b17 ]
  %v332 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v433, %b17 ]
  %v333 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v434, %b17 ]
  %v334 = phi <16 x float> [ zeroinitializer, %b4 ], [ %v435, %b17 ]
  %v360 = mul i64 %v310, 768
  %v362 = getelementptr float, ptr %v47, i64 %v360
  %v369 = mul i64 %v310, 128
  %v370 = add i64 %v285, %v369
  %v371 = getelementptr float, ptr %v21, i64 %v370
  br label %b16
b16:
  %v335 = phi i64 [ 0, %b15 ], [ %v436, %b16 ]
  %v336 = phi <16 x float> [ %v311, %b15 ], [ %v412, %b16 ]
  %v337 = phi <16 x float> [ %v312, %b15 ], [ %v413, %b16 ]
  %v338 = phi <16 x float> [ %v313, %b15 ], [ %v414, %b16 ]
  %v339 = phi <16 x float> [ %v314, %b15 ], [ %v415, %b16 ]
  %v340 = phi <16 x float> [ %v315, %b15 ], [ %v416, %b16 ]
  %v341 = phi <16 x float> [ %v316, %b15 ], [ %v417, %b16 ]
  %v342 = phi <16 x float> [ %v317, %b15 ], [ %v418, %b16 ]
  %v343 = phi <16 x float> [ %v318, %b15 ], [ %v419, %b16 ]
  %v344 = phi <16 x float> [ %v319, %b15 ], [ %v420, %b16 ]
  %v345 = phi <16 x float> [ %v320, %b15 ], [ %v421, %b16 ]
  %v346 = phi <16 x float> [ %v321, %b15 ], [ %v422, %b16 ]
  %v347 = phi <16 x float> [ %v322, %b15 ], [ %v423, %b16 ]
  %v348 = phi <16 x float> [ %v323, %b15 ], [ %v424, %b16 ]
  %v349 = phi <16 x float> [ %v324, %b15 ], [ %v425, %b16 ]
  %v350 = phi <16 x float> [ %v325, %b15 ], [ %v426, %b16 ]
  %v351 = phi <16 x float> [ %v326, %b15 ], [ %v427, %b16 ]
  %v352 = phi <16 x float> [ %v327, %b15 ], [ %v428, %b16 ]
  %v353 = phi <16 x float> [ %v328, %b15 ], [ %v429, %b16 ]
  %v354 = phi <16 x float> [ %v329, %b15 ], [ %v430, %b16 ]
  %v355 = phi <16 x float> [ %v330, %b15 ], [ %v431, %b16 ]
  %v356 = phi <16 x float> [ %v331, %b15 ], [ %v432, %b16 ]
  %v357 = phi <16 x float> [ %v332, %b15 ], [ %v433, %b16 ]
  %v358 = phi <16 x float> [ %v333, %b15 ], [ %v434, %b16 ]
  %v359 = phi <16 x float> [ %v334, %b15 ], [ %v435, %b16 ]
  %v361 = mul i64 %v335, 16
  %v363 = getelementptr float, ptr %v362, i64 %v361
  %v364 = getelementptr float, ptr %v363, i64 256
  %v365 = getelementptr float, ptr %v363, i64 512
  %v366 = load <16 x float>, ptr %v363, align 64
  %v367 = load <16 x float>, ptr %v364, align 64
  %v368 = load <16 x float>, ptr %v365, align 64
  %v372 = getelementptr float, ptr %v371, i64 %v335
  %v373 = getelementptr float, ptr %v372, i64 16
  %v374 = getelementptr float, ptr %v372, i64 32
  %v375 = getelementptr float, ptr %v372, i64 48
  %v376 = getelementptr float, ptr %v372, i64 64
  %v377 = getelementptr float, ptr %v372, i64 80
  %v378 = getelementptr float, ptr %v372, i64 96
  %v379 = getelementptr float, ptr %v372, i64 112
  %v380 = load i32, ptr %v372, align 4
  %v381 = load i32, ptr %v373, align 4
  %v382 = load i32, ptr %v374, align 4
  %v383 = load i32, ptr %v375, align 4
  %v384 = load i32, ptr %v376, align 4
  %v385 = load i32, ptr %v377, align 4
  %v386 = load i32, ptr %v378, align 4
  %v387 = load i32, ptr %v379, align 4
  %v388 = insertelement <16 x i32> poison, i32 %v380, i64 0
  %v389 = shufflevector <16 x i32> %v388, <16 x i32> poison, <16 x i32> zeroinitializer
  %v390 = bitcast <16 x i32> %v389 to <16 x float>
  %v391 = insertelement <16 x i32> poison, i32 %v381, i64 0
  %v392 = shufflevector <16 x i32> %v391, <16 x i32> poison, <16 x i32> zeroinitializer
  %v393 = bitcast <16 x i32> %v392 to <16 x float>
  %v394 = insertelement <16 x i32> poison, i32 %v382, i64 0
  %v395 = shufflevector <16 x i32> %v394, <16 x i32> poison, <16 x i32> zeroinitializer
  %v396 = bitcast <16 x i32> %v395 to <16 x float>
  %v397 = insertelement <16 x i32> poison, i32 %v383, i64 0
  %v398 = shufflevector <16 x i32> %v397, <16 x i32> poison, <16 x i32> zeroinitializer
  %v399 = bitcast <16 x i32> %v398 to <16 x float>
  %v400 = insertelement <16 x i32> poison, i32 %v384, i64 0
  %v401 = shufflevector <16 x i32> %v400, <16 x i32> poison, <16 x i32> zeroinitializer
  %v402 = bitcast <16 x i32> %v401 to <16 x float>
  %v403 = insertelement <16 x i32> poison, i32 %v385, i64 0
  %v404 = shufflevector <16 x i32> %v403, <16 x i32> poison, <16 x i32> zeroinitializer
  %v405 = bitcast <16 x i32> %v404 to <16 x float>
  %v406 = insertelement <16 x i32> poison, i32 %v386, i64 0
  %v407 = shufflevector <16 x i32> %v406, <16 x i32> poison, <16 x i32> zeroinitializer
  %v408 = bitcast <16 x i32> %v407 to <16 x float>
  %v409 = insertelement <16 x i32> poison, i32 %v387, i64 0
  %v410 = shufflevector <16 x i32> %v409, <16 x i32> poison, <16 x i32> zeroinitializer
  %v411 = bitcast <16 x i32> %v410 to <16 x float>
  %v412 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v390, <16 x float> %v366, <16 x float> %v336)
  %v413 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v390, <16 x float> %v367, <16 x float> %v337)
  %v414 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v390, <16 x float> %v368, <16 x float> %v338)
  %v415 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v393, <16 x float> %v366, <16 x float> %v339)
  %v416 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v393, <16 x float> %v367, <16 x float> %v340)
  %v417 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v393, <16 x float> %v368, <16 x float> %v341)
  %v418 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v396, <16 x float> %v366, <16 x float> %v342)
  %v419 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v396, <16 x float> %v367, <16 x float> %v343)
  %v420 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v396, <16 x float> %v368, <16 x float> %v344)
  %v421 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v399, <16 x float> %v366, <16 x float> %v345)
  %v422 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v399, <16 x float> %v367, <16 x float> %v346)
  %v423 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v399, <16 x float> %v368, <16 x float> %v347)
  %v424 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v402, <16 x float> %v366, <16 x float> %v348)
  %v425 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v402, <16 x float> %v367, <16 x float> %v349)
  %v426 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v402, <16 x float> %v368, <16 x float> %v350)
  %v427 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v405, <16 x float> %v366, <16 x float> %v351)
  %v428 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v405, <16 x float> %v367, <16 x float> %v352)
  %v429 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v405, <16 x float> %v368, <16 x float> %v353)
  %v430 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v408, <16 x float> %v366, <16 x float> %v354)
  %v431 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v408, <16 x float> %v367, <16 x float> %v355)
  %v432 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v408, <16 x float> %v368, <16 x float> %v356)
  %v433 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v411, <16 x float> %v366, <16 x float> %v357)
  %v434 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v411, <16 x float> %v367, <16 x float> %v358)
  %v435 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v411, <16 x float> %v368, <16 x float> %v359)
  %v436 = add nuw nsw i64 %v335, 1
  %v437 = icmp slt i64 %v436, 16
  br i1 %v437, label %b16, label %b17
b17:
  %v438 = add nuw nsw i64 %v310, 1
  %v439 = icmp slt i64 %v438, 3
  br i1 %v439, label %b15, label %b18
b18:
  store <16 x float> %v412, ptr %v286, align 64
  store <16 x float> %v413, ptr %v287, align 64
  store <16 x float> %v414, ptr %v288, align 64
  store <16 x float> %v415, ptr %v289, align 64
  store <16 x float> %v416, ptr %v290, align 64
  store <16 x float> %v417, ptr %v291, align 64
  store <16 x float> %v418, ptr %v292, align 64
  store <16 x float> %v419, ptr %v293, align 64
  store <16 x float> %v420, ptr %v294, align 64
  store <16 x float> %v421, ptr %v295, align 64
  store <16 x float> %v422, ptr %v296, align 64
  store <16 x float> %v423, ptr %v297, align 64
  store <16 x float> %v424, ptr %v298, align 64
  store <16 x float> %v425, ptr %v299, align 64
  store <16 x float> %v426, ptr %v300, align 64
  store <16 x float> %v427, ptr %v301, align 64
  store <16 x float> %v428, ptr %v302, align 64
  store <16 x float> %v429, ptr %v303, align 64
  store <16 x float> %v430, ptr %v304, align 64
  store <16 x float> %v431, ptr %v305, align 64
  store <16 x float> %v432, ptr %v306, align 64
  store <16 x float> %v433, ptr %v307, align 64
  store <16 x float> %v434, ptr %v308, align 64
  store <16 x float> %v435, ptr %v309, align 64
  %v440 = add nuw nsw i64 %v20, 1
  %v441 = icmp slt i64 %v440, 2
  br i1 %v441, label %b4, label %b19
b19:
  %v458 = mul i64 %v16, 640
  br label %b2
b2:
  %v17 = phi i64 [ 0, %b19 ], [ %v467, %b20 ]
  %v442 = mul i64 %v17, 48
  %v444 = getelementptr float, ptr %v19, i64 %v442
  %v459 = mul i64 %v17, 40
  %v460 = add i64 %v458, %v459
  %v461 = getelementptr i16, ptr %v1, i64 %v460
  br label %b3
b3:
  %v18 = phi i64 [ 0, %b2 ], [ %v465, %b3 ]
  %v443 = mul i64 %v18, 16
  %v445 = getelementptr float, ptr %v444, i64 %v443
  %v446 = load <16 x float>, ptr %v445, align 4
  %v447 = fptrunc <16 x float> %v446 to <16 x half>
  %v448 = bitcast <16 x half> %v447 to <16 x i16>
  %v449 = bitcast <16 x i16> %v448 to <16 x half>
  %v450 = fpext <16 x half> %v449 to <16 x float>
  %v451 = sub i64 40, %v443
  %v452 = call i64 @llvm.smax.i64(i64 %v451, i64 0)
  %v453 = call i64 @llvm.smin.i64(i64 %v452, i64 16)
  %v454 = trunc i64 %v453 to i32
  %v455 = insertelement <16 x i32> poison, i32 %v454, i64 0
  %v456 = shufflevector <16 x i32> %v455, <16 x i32> poison, <16 x i32> zeroinitializer
  %v457 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v456
  %v462 = getelementptr i16, ptr %v461, i64 %v443
  %v463 = fptrunc <16 x float> %v450 to <16 x half>
  %v464 = bitcast <16 x half> %v463 to <16 x i16>
  call void @llvm.masked.store.v16i16.p0(<16 x i16> %v464, ptr align 2 %v462, <16 x i1> %v457)
  %v465 = add nuw nsw i64 %v18, 1
  %v466 = icmp slt i64 %v465, 3
  br i1 %v466, label %b3, label %b20
b20:
  %v467 = add nuw nsw i64 %v17, 1
  %v468 = icmp slt i64 %v467, 16
  br i1 %v468, label %b2, label %b21
b21:
  %v469 = add nuw nsw i64 %v16, 1
  %v470 = icmp slt i64 %v469, %v15
  br i1 %v470, label %b1, label %b22
b22:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
