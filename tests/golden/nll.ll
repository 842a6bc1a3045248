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
  %v9 = mul i64 4, %thread
  %v10 = udiv i64 %v9, %threads
  %v11 = mul i64 4, %v8
  %v12 = udiv i64 %v11, %threads
  %v13 = icmp slt i64 %v10, %v12
  br i1 %v13, label %b0, label %end
b0:
  %v14 = sub i64 %v12, 1
  %v15 = add i64 %v14, 1
  br label %b1
b1:
  %v16 = phi i64 [ %v10, %b0 ], [ %v157, %b9 ]
  %v17 = mul i64 %v16, 16
  %v18 = getelementptr i32, ptr %v3, i64 %v17
  %v19 = load <16 x i32>, ptr %v18, align 4
  %v20 = icmp ne <16 x i32> %v19, splat (i32 -100)
  %v21 = icmp slt <16 x i32> splat (i32 -1), %v19
  %v22 = icmp slt <16 x i32> %v19, splat (i32 10)
  %v23 = and <16 x i1> %v21, %v22
  %v24 = xor <16 x i1> %v23, splat (i1 true)
  %v25 = and <16 x i1> %v24, %v20
  %v26 = mul i64 %v16, 16
  %v27 = trunc i64 %v26 to i32
  %v28 = insertelement <16 x i32> poison, i32 %v27, i64 0
  %v29 = shufflevector <16 x i32> %v28, <16 x i32> poison, <16 x i32> zeroinitializer
  %v30 = add <16 x i32> %v29, <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v31 = select <16 x i1> %v25, <16 x i32> splat (i32 -1), <16 x i32> %v30
  %v32 = sext <16 x i32> %v31 to <16 x i64>
  %v33 = icmp uge <16 x i64> %v32, splat (i64 64)
  %v34 = xor <16 x i1> %v33, splat (i1 true)
  %v35 = call i1 @llvm.vector.reduce.or.v16i1(<16 x i1> %v33)
  br i1 %v35, label %b2, label %b3, !prof !0
b2:
  %v36 = bitcast <16 x i1> %v33 to i16
  %v37 = call i16 @llvm.cttz.i16(i16 %v36, i1 true)
  %v38 = extractelement <16 x i64> %v32, i16 %v37
  %v39 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v39, align 8
  %v40 = getelementptr i64, ptr %v7, i64 1
  store i64 %v38, ptr %v40, align 8
  %v41 = getelementptr i64, ptr %v7, i64 2
  store i64 64, ptr %v41, align 8
  br label %b3
b3:
  %v42 = getelementptr i32, ptr %v3, <16 x i32> %v31
  %v43 = call <16 x i32> @llvm.masked.gather.v16i32.v16p0(<16 x ptr> align 4 %v42, <16 x i1> %v34, <16 x i32> zeroinitializer)
  %v44 = icmp ne <16 x i32> %v43, %v19
  %v45 = xor <16 x i1> %v44, splat (i1 true)
  %v46 = select <16 x i1> %v20, <16 x i1> %v45, <16 x i1> splat (i1 false)
  %v47 = xor <16 x i1> %v20, splat (i1 true)
  %v48 = or <16 x i1> %v46, %v47
  %v49 = select <16 x i1> %v48, <16 x i32> %v19, <16 x i32> splat (i32 -1)
  %v50 = icmp ne <16 x i32> %v49, splat (i32 -100)
  %v51 = icmp slt <16 x i32> %v49, splat (i32 0)
  %v52 = icmp slt <16 x i32> splat (i32 9), %v49
  %v53 = or <16 x i1> %v51, %v52
  %v60 = mul i64 %v16, 160
  br label %b5
b5:
  %v65 = phi i64 [ 0, %b3 ], [ %v72, %b5 ]
  %v66 = phi <16 x float> [ splat (float 0xFFF0000000000000), %b3 ], [ %v71, %b5 ]
  %v67 = add i64 %v60, %v65
  %v68 = getelementptr float, ptr %v5, i64 %v67
  %v69 = getelementptr float, ptr %v68, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v70 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v69, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v71 = call <16 x float> @llvm.maximum.v16f32(<16 x float> %v70, <16 x float> %v66)
  %v72 = add nuw nsw i64 %v65, 1
  %v73 = icmp slt i64 %v72, 10
  br i1 %v73, label %b5, label %b6
b6:
  br label %b7
b7:
  %v75 = phi i64 [ 0, %b6 ], [ %v116, %b7 ]
  %v76 = phi <16 x float> [ splat (float 0x0000000000000000), %b6 ], [ %v115, %b7 ]
  %v77 = add i64 %v60, %v75
  %v78 = getelementptr float, ptr %v5, i64 %v77
  %v79 = getelementptr float, ptr %v78, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v80 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v79, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v81 = fsub <16 x float> %v80, %v71
  %v82 = fcmp olt <16 x float> %v81, splat (float 0xC05A000000000000)
  %v83 = select <16 x i1> %v82, <16 x float> splat (float 0xC05A000000000000), <16 x float> %v81
  %v84 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v83, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x40A8000000000000))
  %v85 = fsub <16 x float> %v84, splat (float 0x40A8000000000000)
  %v86 = fcmp olt <16 x float> splat (float 0x405FFFFC00000000), %v85
  %v87 = fsub <16 x float> %v85, splat (float 0x3F30000000000000)
  %v88 = select <16 x i1> %v86, <16 x float> %v87, <16 x float> %v85
  %v89 = fcmp olt <16 x float> %v88, splat (float 0xC062C00000000000)
  %v90 = select <16 x i1> %v89, <16 x float> splat (float 0xC06FC00000000000), <16 x float> %v88
  %v91 = fcmp olt <16 x float> splat (float 0x406FC00000000000), %v90
  %v92 = select <16 x i1> %v91, <16 x float> splat (float 0x406FC00000000000), <16 x float> %v90
  %v93 = fadd <16 x float> %v92, splat (float 0x4168001FC0000000)
  %v94 = fsub <16 x float> %v93, splat (float 0x4168001FC0000000)
  %v95 = fsub <16 x float> %v92, %v94
  %v96 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v95, <16 x float> splat (float 0x3F23F90660000000), <16 x float> splat (float 0x3F55F0A660000000))
  %v97 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v95, <16 x float> %v96, <16 x float> splat (float 0x3F83B30B00000000))
  %v98 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v95, <16 x float> %v97, <16 x float> splat (float 0x3FAC6AF780000000))
  %v99 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v95, <16 x float> %v98, <16 x float> splat (float 0x3FCEBFBD80000000))
  %v100 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v95, <16 x float> %v99, <16 x float> splat (float 0x3FE62E4300000000))
  %v101 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v95, <16 x float> %v100, <16 x float> splat (float 0x3FF0000000000000))
  %v102 = bitcast <16 x float> %v93 to <16 x i32>
  %v103 = ashr <16 x i32> %v102, splat (i32 1)
  %v104 = shl <16 x i32> %v103, splat (i32 23)
  %v105 = bitcast <16 x i32> %v104 to <16 x float>
  %v106 = fmul <16 x float> %v101, %v105
  %v107 = sub <16 x i32> %v102, %v103
  %v108 = shl <16 x i32> %v107, splat (i32 23)
  %v109 = bitcast <16 x i32> %v108 to <16 x float>
  %v110 = fmul <16 x float> %v106, %v109
  %v111 = select <16 x i1> %v86, <16 x float> splat (float 0x405FFFFC00000000), <16 x float> %v85
  %v112 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v111, <16 x float> splat (float 0xBFE6000000000000), <16 x float> %v83)
  %v113 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v111, <16 x float> splat (float 0xBF77217F80000000), <16 x float> %v112)
  %v114 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v110, <16 x float> %v113, <16 x float> %v110)
  %v115 = fadd <16 x float> %v114, %v76
  %v116 = add nuw nsw i64 %v75, 1
  %v117 = icmp slt i64 %v116, 10
  br i1 %v117, label %b7, label %b8
b8:
  %v118 = fcmp olt <16 x float> splat (float 0x0000000000000000), %v115
  %v119 = fcmp olt <16 x float> %v115, splat (float 0x7FF0000000000000)
  %v120 = fcmp olt <16 x float> %v115, splat (float 0x3810000000000000)
  %v121 = fmul <16 x float> %v115, splat (float 0x4160000000000000)
  %v122 = select <16 x i1> %v120, <16 x float> %v121, <16 x float> %v115
  %v123 = bitcast <16 x float> %v122 to <16 x i32>
  %v124 = sub <16 x i32> %v123, splat (i32 1059760810)
  %v125 = ashr <16 x i32> %v124, splat (i32 23)
  %v126 = shl <16 x i32> %v125, splat (i32 23)
  %v127 = sub <16 x i32> %v123, %v126
  %v128 = bitcast <16 x i32> %v127 to <16 x float>
  %v129 = fsub <16 x float> %v128, splat (float 0x3FF0000000000000)
  %v130 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> splat (float 0xBFC6FDD8E0000000), <16 x float> splat (float 0x3FC964F580000000))
  %v131 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v130, <16 x float> splat (float 0xBFC6B145C0000000))
  %v132 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v131, <16 x float> splat (float 0x3FC9F8B920000000))
  %v133 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v132, <16 x float> splat (float 0xBFCEC9DAA0000000))
  %v134 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v133, <16 x float> splat (float 0x3FD278BAC0000000))
  %v135 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v134, <16 x float> splat (float 0xBFD7154700000000))
  %v136 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v135, <16 x float> splat (float 0x3FDEC70C00000000))
  %v137 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v136, <16 x float> splat (float 0xBFE7154760000000))
  %v138 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v137, <16 x float> splat (float 0x3FF7154760000000))
  %v139 = sitofp <16 x i32> %v125 to <16 x float>
  %v140 = select <16 x i1> %v120, <16 x float> splat (float 0xC037000000000000), <16 x float> splat (float 0x0000000000000000)
  %v141 = fadd <16 x float> %v139, %v140
  %v142 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v129, <16 x float> %v138, <16 x float> %v141)
  %v143 = select <16 x i1> %v119, <16 x float> %v142, <16 x float> %v115
  %v144 = fcmp une <16 x float> %v115, splat (float 0x0000000000000000)
  %v145 = select <16 x i1> %v144, <16 x float> splat (float 0x7FF8000000000000), <16 x float> splat (float 0xFFF0000000000000)
  %v146 = select <16 x i1> %v118, <16 x float> %v143, <16 x float> %v145
  %v147 = fmul <16 x float> %v146, splat (float 0x3FE62E4300000000)
  br label %b4
b4:
  %v54 = phi i64 [ 0, %b8 ], [ %v151, %b4 ]
  %v55 = phi <16 x float> [ splat (float 0x0000000000000000), %b8 ], [ %v150, %b4 ]
  %v56 = trunc i64 %v54 to i32
  %v57 = insertelement <16 x i32> poison, i32 %v56, i64 0
  %v58 = shufflevector <16 x i32> %v57, <16 x i32> poison, <16 x i32> zeroinitializer
  %v59 = icmp ne <16 x i32> %v58, %v49
  %v61 = add i64 %v60, %v54
  %v62 = getelementptr float, ptr %v5, i64 %v61
  %v63 = getelementptr float, ptr %v62, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v64 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v63, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v74 = fsub <16 x float> %v64, %v71
  %v148 = fsub <16 x float> %v74, %v147
  %v149 = select <16 x i1> %v59, <16 x float> splat (float 0x0000000000000000), <16 x float> %v148
  %v150 = fadd <16 x float> %v149, %v55
  %v151 = add nuw nsw i64 %v54, 1
  %v152 = icmp slt i64 %v151, 10
  br i1 %v152, label %b4, label %b9
b9:
  %v153 = fmul <16 x float> %v150, splat (float 0xBFF0000000000000)
  %v154 = select <16 x i1> %v53, <16 x float> splat (float 0x7FF8000000000000), <16 x float> %v153
  %v155 = select <16 x i1> %v50, <16 x float> %v154, <16 x float> splat (float 0x0000000000000000)
  %v156 = getelementptr float, ptr %v1, i64 %v17
  store <16 x float> %v155, ptr %v156, align 4
  %v157 = add nuw nsw i64 %v16, 1
  %v158 = icmp slt i64 %v157, %v15
  br i1 %v158, label %b1, label %b10
b10:
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
