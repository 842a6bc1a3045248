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
  %v16 = phi i64 [ %v10, %b0 ], [ %v128, %b7 ]
  %v17 = mul i64 %v16, 16
  %v18 = getelementptr i32, ptr %v3, i64 %v17
  %v19 = load <16 x i32>, ptr %v18, align 4
  %v20 = icmp ne <16 x i32> %v19, splat (i32 -100)
  %v21 = icmp slt <16 x i32> %v19, splat (i32 0)
  %v22 = icmp slt <16 x i32> %v19, splat (i32 10)
  %v23 = xor <16 x i1> %v22, splat (i1 true)
  %v24 = or <16 x i1> %v21, %v23
  %v31 = mul i64 %v16, 160
  br label %b3
b3:
  %v36 = phi i64 [ 0, %b1 ], [ %v43, %b3 ]
  %v37 = phi <16 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v42, %b3 ]
  %v38 = add i64 %v31, %v36
  %v39 = getelementptr float, ptr %v5, i64 %v38
  %v40 = getelementptr float, ptr %v39, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v41 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v40, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v42 = call <16 x float> @llvm.maximum.v16f32(<16 x float> %v41, <16 x float> %v37)
  %v43 = add nuw nsw i64 %v36, 1
  %v44 = icmp slt i64 %v43, 10
  br i1 %v44, label %b3, label %b4
b4:
  br label %b5
b5:
  %v46 = phi i64 [ 0, %b4 ], [ %v87, %b5 ]
  %v47 = phi <16 x float> [ splat (float 0x0000000000000000), %b4 ], [ %v86, %b5 ]
  %v48 = add i64 %v31, %v46
  %v49 = getelementptr float, ptr %v5, i64 %v48
  %v50 = getelementptr float, ptr %v49, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v51 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v50, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v52 = fsub <16 x float> %v51, %v42
  %v53 = fcmp olt <16 x float> %v52, splat (float 0xC05A000000000000)
  %v54 = select <16 x i1> %v53, <16 x float> splat (float 0xC05A000000000000), <16 x float> %v52
  %v55 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v54, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x40A8000000000000))
  %v56 = fsub <16 x float> %v55, splat (float 0x40A8000000000000)
  %v57 = fcmp olt <16 x float> splat (float 0x405FFFFC00000000), %v56
  %v58 = fsub <16 x float> %v56, splat (float 0x3F30000000000000)
  %v59 = select <16 x i1> %v57, <16 x float> %v58, <16 x float> %v56
  %v60 = fcmp olt <16 x float> %v59, splat (float 0xC062C00000000000)
  %v61 = select <16 x i1> %v60, <16 x float> splat (float 0xC06FC00000000000), <16 x float> %v59
  %v62 = fcmp olt <16 x float> splat (float 0x406FC00000000000), %v61
  %v63 = select <16 x i1> %v62, <16 x float> splat (float 0x406FC00000000000), <16 x float> %v61
  %v64 = fadd <16 x float> %v63, splat (float 0x4168001FC0000000)
  %v65 = fsub <16 x float> %v64, splat (float 0x4168001FC0000000)
  %v66 = fsub <16 x float> %v63, %v65
  %v67 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v66, <16 x float> splat (float 0x3F23F90660000000), <16 x float> splat (float 0x3F55F0A660000000))
  %v68 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v66, <16 x float> %v67, <16 x float> splat (float 0x3F83B30B00000000))
  %v69 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v66, <16 x float> %v68, <16 x float> splat (float 0x3FAC6AF780000000))
  %v70 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v66, <16 x float> %v69, <16 x float> splat (float 0x3FCEBFBD80000000))
  %v71 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v66, <16 x float> %v70, <16 x float> splat (float 0x3FE62E4300000000))
  %v72 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v66, <16 x float> %v71, <16 x float> splat (float 0x3FF0000000000000))
  %v73 = bitcast <16 x float> %v64 to <16 x i32>
  %v74 = ashr <16 x i32> %v73, splat (i32 1)
  %v75 = shl <16 x i32> %v74, splat (i32 23)
  %v76 = bitcast <16 x i32> %v75 to <16 x float>
  %v77 = fmul <16 x float> %v72, %v76
  %v78 = sub <16 x i32> %v73, %v74
  %v79 = shl <16 x i32> %v78, splat (i32 23)
  %v80 = bitcast <16 x i32> %v79 to <16 x float>
  %v81 = fmul <16 x float> %v77, %v80
  %v82 = select <16 x i1> %v57, <16 x float> splat (float 0x405FFFFC00000000), <16 x float> %v56
  %v83 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v82, <16 x float> splat (float 0xBFE6000000000000), <16 x float> %v54)
  %v84 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v82, <16 x float> splat (float 0xBF77217F80000000), <16 x float> %v83)
  %v85 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v81, <16 x float> %v84, <16 x float> %v81)
  %v86 = fadd <16 x float> %v85, %v47
  %v87 = add nuw nsw i64 %v46, 1
  %v88 = icmp slt i64 %v87, 10
  br i1 %v88, label %b5, label %b6
b6:
  %v89 = fcmp olt <16 x float> splat (float 0x0000000000000000), %v86
  %v90 = fcmp olt <16 x float> %v86, splat (float 0x7FF0000000000000)
  %v91 = fcmp olt <16 x float> %v86, splat (float 0x3810000000000000)
  %v92 = fmul <16 x float> %v86, splat (float 0x4160000000000000)
  %v93 = select <16 x i1> %v91, <16 x float> %v92, <16 x float> %v86
  %v94 = bitcast <16 x float> %v93 to <16 x i32>
  %v95 = sub <16 x i32> %v94, splat (i32 1059760810)
  %v96 = ashr <16 x i32> %v95, splat (i32 23)
  %v97 = shl <16 x i32> %v96, splat (i32 23)
  %v98 = sub <16 x i32> %v94, %v97
  %v99 = bitcast <16 x i32> %v98 to <16 x float>
  %v100 = fsub <16 x float> %v99, splat (float 0x3FF0000000000000)
  %v101 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v100, <16 x float> splat (float 0xBFC6FDD8E0000000), <16 x float> splat (float 0x3FC964F580000000))
  %v102 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v100, <16 x float> %v101, <16 x float> splat (float 0xBFC6B145C0000000))
  %v103 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v100, <16 x float> %v102, <16 x float> splat (float 0x3FC9F8B920000000))
  %v104 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v100, <16 x float> %v103, <16 x float> splat (float 0xBFCEC9DAA0000000))
  %v105 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v100, <16 x float> %v104, <16 x float> splat (float 0x3FD278BAC0000000))
  %v106 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v100, <16 x float> %v105, <16 x float> splat (float 0xBFD7154700000000))
  %v107 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v100, <16 x float> %v106, <16 x float> splat (float 0x3FDEC70C00000000))
  %v108 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v100, <16 x float> %v107, <16 x float> splat (float 0xBFE7154760000000))
  %v109 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v100, <16 x float> %v108, <16 x float> splat (float 0x3FF7154760000000))
  %v110 = sitofp <16 x i32> %v96 to <16 x float>
  %v111 = select <16 x i1> %v91, <16 x float> splat (float 0xC037000000000000), <16 x float> splat (float 0x0000000000000000)
  %v112 = fadd <16 x float> %v110, %v111
  %v113 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v100, <16 x float> %v109, <16 x float> %v112)
  %v114 = select <16 x i1> %v90, <16 x float> %v113, <16 x float> %v86
  %v115 = fcmp une <16 x float> %v86, splat (float 0x0000000000000000)
  %v116 = select <16 x i1> %v115, <16 x float> splat (float 0x7FF8000000000000), <16 x float> splat (float 0xFFF0000000000000)
  %v117 = select <16 x i1> %v89, <16 x float> %v114, <16 x float> %v116
  %v118 = fmul <16 x float> %v117, splat (float 0x3FE62E4300000000)
  br label %b2
b2:
  %v25 = phi i64 [ 0, %b6 ], [ %v122, %b2 ]
  %v26 = phi <16 x float> [ splat (float 0x0000000000000000), %b6 ], [ %v121, %b2 ]
  %v27 = trunc i64 %v25 to i32
  %v28 = insertelement <16 x i32> poison, i32 %v27, i64 0
  %v29 = shufflevector <16 x i32> %v28, <16 x i32> poison, <16 x i32> zeroinitializer
  %v30 = icmp ne <16 x i32> %v29, %v19
  %v32 = add i64 %v31, %v25
  %v33 = getelementptr float, ptr %v5, i64 %v32
  %v34 = getelementptr float, ptr %v33, <16 x i32> <i32 0, i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80, i32 90, i32 100, i32 110, i32 120, i32 130, i32 140, i32 150>
  %v35 = call <16 x float> @llvm.masked.gather.v16f32.v16p0(<16 x ptr> align 4 %v34, <16 x i1> splat (i1 true), <16 x float> zeroinitializer)
  %v45 = fsub <16 x float> %v35, %v42
  %v119 = fsub <16 x float> %v45, %v118
  %v120 = select <16 x i1> %v30, <16 x float> splat (float 0x0000000000000000), <16 x float> %v119
  %v121 = fadd <16 x float> %v120, %v26
  %v122 = add nuw nsw i64 %v25, 1
  %v123 = icmp slt i64 %v122, 10
  br i1 %v123, label %b2, label %b7
b7:
  %v124 = fmul <16 x float> %v121, splat (float 0xBFF0000000000000)
  %v125 = select <16 x i1> %v24, <16 x float> splat (float 0x7FF8000000000000), <16 x float> %v124
  %v126 = select <16 x i1> %v20, <16 x float> %v125, <16 x float> splat (float 0x0000000000000000)
  %v127 = getelementptr float, ptr %v1, i64 %v17
  store <16 x float> %v126, ptr %v127, align 4
  %v128 = add nuw nsw i64 %v16, 1
  %v129 = icmp slt i64 %v128, %v15
  br i1 %v129, label %b1, label %b8
b8:
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
  %v46 = select <16 x i1> %v42, <16 x float> splat (float 0x3FF0000000000000), <16 x float> splat (float 0x0000000000000000)
  %v47 = select <16 x i1> %v43, <16 x float> splat (float 0x3FF0000000000000), <16 x float> splat (float 0x0000000000000000)
  %v48 = select <16 x i1> %v44, <16 x float> splat (float 0x3FF0000000000000), <16 x float> splat (float 0x0000000000000000)
  %v49 = select <16 x i1> %v45, <16 x float> splat (float 0x3FF0000000000000), <16 x float> splat (float 0x0000000000000000)
  %v50 = fadd <16 x float> %v46, %v47
  %v51 = fadd <16 x float> %v48, %v49
  %v52 = fadd <16 x float> %v50, %v51
  %v53 = shufflevector <16 x float> %v52, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v54 = shufflevector <16 x float> %v52, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v55 = fadd <8 x float> %v53, %v54
  %v56 = shufflevector <8 x float> %v55, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v57 = shufflevector <8 x float> %v55, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v58 = fadd <4 x float> %v56, %v57
  %v59 = shufflevector <4 x float> %v58, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v60 = shufflevector <4 x float> %v58, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v61 = fadd <2 x float> %v59, %v60
  %v62 = extractelement <2 x float> %v61, i64 0
  %v63 = extractelement <2 x float> %v61, i64 1
  %v64 = fadd float %v62, %v63
  %v65 = fdiv float %v34, %v64
  store float %v65, ptr %v1, align 4
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
