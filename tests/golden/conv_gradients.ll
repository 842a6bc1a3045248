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
  %v56 = and <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, splat (i32 7)
  %v62 = add <16 x i32> %v56, splat (i32 2)
  %v68 = ashr <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, splat (i32 3)
  %v69 = mul i64 0, 2
  %v70 = mul i64 1, 2
  %v71 = mul i64 2, 2
  %v72 = mul i64 3, 2
  %v73 = trunc i64 %v69 to i32
  %v74 = insertelement <16 x i32> poison, i32 %v73, i64 0
  %v75 = shufflevector <16 x i32> %v74, <16 x i32> poison, <16 x i32> zeroinitializer
  %v76 = add <16 x i32> %v68, %v75
  %v77 = trunc i64 %v70 to i32
  %v78 = insertelement <16 x i32> poison, i32 %v77, i64 0
  %v79 = shufflevector <16 x i32> %v78, <16 x i32> poison, <16 x i32> zeroinitializer
  %v80 = add <16 x i32> %v68, %v79
  %v81 = trunc i64 %v71 to i32
  %v82 = insertelement <16 x i32> poison, i32 %v81, i64 0
  %v83 = shufflevector <16 x i32> %v82, <16 x i32> poison, <16 x i32> zeroinitializer
  %v84 = add <16 x i32> %v68, %v83
  %v85 = trunc i64 %v72 to i32
  %v86 = insertelement <16 x i32> poison, i32 %v85, i64 0
  %v87 = shufflevector <16 x i32> %v86, <16 x i32> poison, <16 x i32> zeroinitializer
  %v88 = add <16 x i32> %v68, %v87
  %v89 = add <16 x i32> %v76, splat (i32 2)
  %v90 = add <16 x i32> %v80, splat (i32 2)
  %v91 = add <16 x i32> %v84, splat (i32 2)
  %v92 = add <16 x i32> %v88, splat (i32 2)
  br label %b1
b1:
  %v16 = phi i64 [ %v10, %b0 ], [ %v191, %b7 ]
  %v116 = mul i64 %v16, 256
  br label %b2
b2:
  %v17 = phi i64 [ 0, %b1 ], [ %v176, %b6 ]
  %v18 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v145, %b6 ]
  %v19 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v149, %b6 ]
  %v20 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v153, %b6 ]
  %v21 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v155, %b6 ]
  %v22 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v157, %b6 ]
  %v23 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v159, %b6 ]
  %v24 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v161, %b6 ]
  %v25 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v163, %b6 ]
  %v26 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v165, %b6 ]
  %v27 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v167, %b6 ]
  %v28 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v169, %b6 ]
  %v29 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v171, %b6 ]
  %v93 = trunc i64 %v17 to i32
  %v94 = insertelement <16 x i32> poison, i32 %v93, i64 0
  %v95 = shufflevector <16 x i32> %v94, <16 x i32> poison, <16 x i32> zeroinitializer
  %v96 = icmp slt <16 x i32> %v95, %v89
  %v97 = icmp slt <16 x i32> %v95, %v90
  %v98 = icmp slt <16 x i32> %v95, %v91
  %v99 = icmp slt <16 x i32> %v95, %v92
  %v104 = add i64 %v17, 7
  %v105 = trunc i64 %v104 to i32
  %v106 = insertelement <16 x i32> poison, i32 %v105, i64 0
  %v107 = shufflevector <16 x i32> %v106, <16 x i32> poison, <16 x i32> zeroinitializer
  %v108 = icmp slt <16 x i32> %v76, %v107
  %v109 = icmp slt <16 x i32> %v80, %v107
  %v110 = icmp slt <16 x i32> %v84, %v107
  %v111 = icmp slt <16 x i32> %v88, %v107
  %v117 = mul i64 %v17, -8
  %v118 = add i64 %v116, %v117
  %v132 = mul i64 %v17, 3
  br label %b3
b3:
  %v30 = phi i64 [ 0, %b2 ], [ %v174, %b5 ]
  %v31 = phi <16 x float> [ %v18, %b2 ], [ %v145, %b5 ]
  %v32 = phi <16 x float> [ %v19, %b2 ], [ %v149, %b5 ]
  %v33 = phi <16 x float> [ %v20, %b2 ], [ %v153, %b5 ]
  %v34 = phi <16 x float> [ %v21, %b2 ], [ %v155, %b5 ]
  %v35 = phi <16 x float> [ %v22, %b2 ], [ %v157, %b5 ]
  %v36 = phi <16 x float> [ %v23, %b2 ], [ %v159, %b5 ]
  %v37 = phi <16 x float> [ %v24, %b2 ], [ %v161, %b5 ]
  %v38 = phi <16 x float> [ %v25, %b2 ], [ %v163, %b5 ]
  %v39 = phi <16 x float> [ %v26, %b2 ], [ %v165, %b5 ]
  %v40 = phi <16 x float> [ %v27, %b2 ], [ %v167, %b5 ]
  %v41 = phi <16 x float> [ %v28, %b2 ], [ %v169, %b5 ]
  %v42 = phi <16 x float> [ %v29, %b2 ], [ %v171, %b5 ]
  %v57 = add i64 %v30, 7
  %v58 = trunc i64 %v57 to i32
  %v59 = insertelement <16 x i32> poison, i32 %v58, i64 0
  %v60 = shufflevector <16 x i32> %v59, <16 x i32> poison, <16 x i32> zeroinitializer
  %v61 = icmp slt <16 x i32> %v56, %v60
  %v63 = trunc i64 %v30 to i32
  %v64 = insertelement <16 x i32> poison, i32 %v63, i64 0
  %v65 = shufflevector <16 x i32> %v64, <16 x i32> poison, <16 x i32> zeroinitializer
  %v66 = icmp slt <16 x i32> %v65, %v62
  %v67 = and <16 x i1> %v61, %v66
  %v100 = and <16 x i1> %v67, %v96
  %v101 = and <16 x i1> %v67, %v97
  %v102 = and <16 x i1> %v67, %v98
  %v103 = and <16 x i1> %v67, %v99
  %v112 = and <16 x i1> %v100, %v108
  %v113 = and <16 x i1> %v101, %v109
  %v114 = and <16 x i1> %v102, %v110
  %v115 = and <16 x i1> %v103, %v111
  %v119 = mul i64 %v30, -1
  %v120 = add i64 %v118, %v119
  %v122 = getelementptr float, ptr %v3, i64 %v120
  %v133 = add i64 %v132, %v30
  %v135 = getelementptr float, ptr %v5, i64 %v133
  br label %b4
b4:
  %v43 = phi i64 [ 0, %b3 ], [ %v172, %b4 ]
  %v44 = phi <16 x float> [ %v31, %b3 ], [ %v145, %b4 ]
  %v45 = phi <16 x float> [ %v32, %b3 ], [ %v149, %b4 ]
  %v46 = phi <16 x float> [ %v33, %b3 ], [ %v153, %b4 ]
  %v47 = phi <16 x float> [ %v34, %b3 ], [ %v155, %b4 ]
  %v48 = phi <16 x float> [ %v35, %b3 ], [ %v157, %b4 ]
  %v49 = phi <16 x float> [ %v36, %b3 ], [ %v159, %b4 ]
  %v50 = phi <16 x float> [ %v37, %b3 ], [ %v161, %b4 ]
  %v51 = phi <16 x float> [ %v38, %b3 ], [ %v163, %b4 ]
  %v52 = phi <16 x float> [ %v39, %b3 ], [ %v165, %b4 ]
  %v53 = phi <16 x float> [ %v40, %b3 ], [ %v167, %b4 ]
  %v54 = phi <16 x float> [ %v41, %b3 ], [ %v169, %b4 ]
  %v55 = phi <16 x float> [ %v42, %b3 ], [ %v171, %b4 ]
  %v121 = mul i64 %v43, 64
  %v123 = getelementptr float, ptr %v122, i64 %v121
  %v124 = getelementptr float, ptr %v123, i64 9
  %v125 = getelementptr float, ptr %v123, i64 25
  %v126 = getelementptr float, ptr %v123, i64 41
  %v127 = getelementptr float, ptr %v123, i64 57
  %v128 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v124, <16 x i1> %v112, <16 x float> zeroinitializer)
  %v129 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v125, <16 x i1> %v113, <16 x float> zeroinitializer)
  %v130 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v126, <16 x i1> %v114, <16 x float> zeroinitializer)
  %v131 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v127, <16 x i1> %v115, <16 x float> zeroinitializer)
  %v134 = mul i64 %v43, 27
  %v136 = getelementptr float, ptr %v135, i64 %v134
  %v137 = getelementptr float, ptr %v136, i64 9
  %v138 = getelementptr float, ptr %v136, i64 18
  %v139 = load float, ptr %v136, align 4
  %v140 = load float, ptr %v137, align 4
  %v141 = load float, ptr %v138, align 4
  %v142 = insertelement <16 x float> poison, float %v139, i64 0
  %v143 = shufflevector <16 x float> %v142, <16 x float> poison, <16 x i32> zeroinitializer
  %v144 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v128, <16 x float> %v143, <16 x float> %v44)
  %v145 = select <16 x i1> %v112, <16 x float> %v144, <16 x float> %v44
  %v146 = insertelement <16 x float> poison, float %v140, i64 0
  %v147 = shufflevector <16 x float> %v146, <16 x float> poison, <16 x i32> zeroinitializer
  %v148 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v128, <16 x float> %v147, <16 x float> %v45)
  %v149 = select <16 x i1> %v112, <16 x float> %v148, <16 x float> %v45
  %v150 = insertelement <16 x float> poison, float %v141, i64 0
  %v151 = shufflevector <16 x float> %v150, <16 x float> poison, <16 x i32> zeroinitializer
  %v152 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v128, <16 x float> %v151, <16 x float> %v46)
  %v153 = select <16 x i1> %v112, <16 x float> %v152, <16 x float> %v46
  %v154 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v143, <16 x float> %v47)
  %v155 = select <16 x i1> %v113, <16 x float> %v154, <16 x float> %v47
  %v156 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v147, <16 x float> %v48)
  %v157 = select <16 x i1> %v113, <16 x float> %v156, <16 x float> %v48
  %v158 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v151, <16 x float> %v49)
  %v159 = select <16 x i1> %v113, <16 x float> %v158, <16 x float> %v49
  %v160 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v130, <16 x float> %v143, <16 x float> %v50)
  %v161 = select <16 x i1> %v114, <16 x float> %v160, <16 x float> %v50
  %v162 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v130, <16 x float> %v147, <16 x float> %v51)
  %v163 = select <16 x i1> %v114, <16 x float> %v162, <16 x float> %v51
  %v164 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v130, <16 x float> %v151, <16 x float> %v52)
  %v165 = select <16 x i1> %v114, <16 x float> %v164, <16 x float> %v52
  %v166 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v131, <16 x float> %v143, <16 x float> %v53)
  %v167 = select <16 x i1> %v115, <16 x float> %v166, <16 x float> %v53
  %v168 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v131, <16 x float> %v147, <16 x float> %v54)
  %v169 = select <16 x i1> %v115, <16 x float> %v168, <16 x float> %v54
  %v170 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v131, <16 x float> %v151, <16 x float> %v55)
  %v171 = select <16 x i1> %v115, <16 x float> %v170, <16 x float> %v55
  %v172 = add nuw nsw i64 %v43, 1
  %v173 = icmp slt i64 %v172, 4
  br i1 %v173, label %b4, label %b5
b5:
  %v174 = add nuw nsw i64 %v30, 1
  %v175 = icmp slt i64 %v174, 3
  br i1 %v175, label %b3, label %b6
b6:
  %v176 = add nuw nsw i64 %v17, 1
  %v177 = icmp slt i64 %v176, 3
  br i1 %v177, label %b2, label %b7
b7:
  %v178 = mul i64 %v16, 192
  %v179 = getelementptr float, ptr %v1, i64 %v178
  %v180 = getelementptr float, ptr %v179, i64 64
  %v181 = getelementptr float, ptr %v179, i64 128
  %v182 = getelementptr float, ptr %v179, i64 16
  %v183 = getelementptr float, ptr %v179, i64 80
  %v184 = getelementptr float, ptr %v179, i64 144
  %v185 = getelementptr float, ptr %v179, i64 32
  %v186 = getelementptr float, ptr %v179, i64 96
  %v187 = getelementptr float, ptr %v179, i64 160
  %v188 = getelementptr float, ptr %v179, i64 48
  %v189 = getelementptr float, ptr %v179, i64 112
  %v190 = getelementptr float, ptr %v179, i64 176
  store <16 x float> %v145, ptr %v179, align 4
  store <16 x float> %v149, ptr %v180, align 4
  store <16 x float> %v153, ptr %v181, align 4
  store <16 x float> %v155, ptr %v182, align 4
  store <16 x float> %v157, ptr %v183, align 4
  store <16 x float> %v159, ptr %v184, align 4
  store <16 x float> %v161, ptr %v185, align 4
  store <16 x float> %v163, ptr %v186, align 4
  store <16 x float> %v165, ptr %v187, align 4
  store <16 x float> %v167, ptr %v188, align 4
  store <16 x float> %v169, ptr %v189, align 4
  store <16 x float> %v171, ptr %v190, align 4
  %v191 = add nuw nsw i64 %v16, 1
  %v192 = icmp slt i64 %v191, %v15
  br i1 %v192, label %b1, label %b8
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
  %v257 = getelementptr float, ptr %v1, i64 %v256
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
  %v56 = getelementptr float, ptr %v3, i64 %v54
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
  %v88 = getelementptr float, ptr %v5, i64 %v86
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
  %v57 = getelementptr float, ptr %v56, i64 %v55
  %v58 = getelementptr float, ptr %v57, i64 64
  %v59 = getelementptr float, ptr %v57, i64 128
  %v60 = getelementptr float, ptr %v57, i64 192
  %v61 = load <16 x float>, ptr %v57, align 4
  %v62 = load <16 x float>, ptr %v58, align 4
  %v63 = load <16 x float>, ptr %v59, align 4
  %v64 = load <16 x float>, ptr %v60, align 4
  %v87 = mul i64 %v41, 192
  %v89 = getelementptr float, ptr %v88, i64 %v87
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
  %v258 = getelementptr float, ptr %v257, i64 %v27
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
