define void @max_sum_64x100(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v24 = alloca float, i64 100, align 64
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = add i64 %thread, 1
  %v7 = mul i64 64, %thread
  %v8 = udiv i64 %v7, %threads
  %v9 = mul i64 64, %v6
  %v10 = udiv i64 %v9, %threads
  %v11 = icmp slt i64 %v8, %v10
  br i1 %v11, label %b0, label %end
b0:
  %v12 = sub i64 %v10, 1
  %v13 = add i64 %v12, 1
  br label %b1
b1:
  %v14 = phi i64 [ %v8, %b0 ], [ %v138, %b9 ]
  %v34 = mul i64 %v14, 100
  br label %b4
b4:
  %v38 = phi i64 [ 0, %b1 ], [ %v53, %b4 ]
  %v39 = phi <16 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v52, %b4 ]
  %v40 = mul i64 %v38, 16
  %v41 = sub i64 100, %v40
  %v42 = call i64 @llvm.smax.i64(i64 %v41, i64 0)
  %v43 = call i64 @llvm.smin.i64(i64 %v42, i64 16)
  %v44 = trunc i64 %v43 to i32
  %v45 = insertelement <16 x i32> poison, i32 %v44, i64 0
  %v46 = shufflevector <16 x i32> %v45, <16 x i32> poison, <16 x i32> zeroinitializer
  %v47 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v46
  %v48 = add i64 %v34, %v40
  %v49 = getelementptr float, ptr %v3, i64 %v48
  %v50 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v49, <16 x i1> %v47, <16 x float> zeroinitializer)
  %v51 = call <16 x float> @llvm.maximum.v16f32(<16 x float> %v50, <16 x float> %v39)
  %v52 = select <16 x i1> %v47, <16 x float> %v51, <16 x float> %v39
  %v53 = add nuw nsw i64 %v38, 1
  %v54 = icmp slt i64 %v53, 7
  br i1 %v54, label %b4, label %b5
b5:
  %v55 = shufflevector <16 x float> %v52, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v56 = shufflevector <16 x float> %v52, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v57 = call <8 x float> @llvm.maximum.v8f32(<8 x float> %v55, <8 x float> %v56)
  %v58 = shufflevector <8 x float> %v57, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v59 = shufflevector <8 x float> %v57, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v60 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v58, <4 x float> %v59)
  %v61 = shufflevector <4 x float> %v60, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v62 = shufflevector <4 x float> %v60, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v63 = call <2 x float> @llvm.maximum.v2f32(<2 x float> %v61, <2 x float> %v62)
  %v64 = extractelement <2 x float> %v63, i64 0
  %v65 = extractelement <2 x float> %v63, i64 1
  %v66 = call float @llvm.maximum.f32(float %v64, float %v65)
  %v67 = insertelement <16 x float> poison, float %v66, i64 0
  %v68 = shufflevector <16 x float> %v67, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b3
b3:
  %v25 = phi i64 [ 0, %b5 ], [ %v98, %b3 ]
  %v26 = mul i64 %v25, 16
  %v27 = sub i64 100, %v26
  %v28 = call i64 @llvm.smax.i64(i64 %v27, i64 0)
  %v29 = call i64 @llvm.smin.i64(i64 %v28, i64 16)
  %v30 = trunc i64 %v29 to i32
  %v31 = insertelement <16 x i32> poison, i32 %v30, i64 0
  %v32 = shufflevector <16 x i32> %v31, <16 x i32> poison, <16 x i32> zeroinitializer
  %v33 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v32
  %v35 = add i64 %v34, %v26
  %v36 = getelementptr float, ptr %v3, i64 %v35
  %v37 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v36, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v69 = fsub <16 x float> %v37, %v68
  %v70 = fcmp olt <16 x float> splat (float 0xC05A000000000000), %v69
  %v71 = select <16 x i1> %v70, <16 x float> %v69, <16 x float> splat (float 0xC065D58A00000000)
  %v72 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v71, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x4168001FA0000000))
  %v73 = fcmp olt <16 x float> splat (float 0x4168003F80000000), %v72
  %v74 = select <16 x i1> %v73, <16 x float> splat (float 0x4168003F80000000), <16 x float> %v72
  %v75 = bitcast <16 x float> %v74 to <16 x i32>
  %v76 = ashr <16 x i32> %v75, splat (i32 1)
  %v77 = shl <16 x i32> %v76, splat (i32 23)
  %v78 = bitcast <16 x i32> %v77 to <16 x float>
  %v79 = sub <16 x i32> %v75, %v76
  %v80 = shl <16 x i32> %v79, splat (i32 23)
  %v81 = bitcast <16 x i32> %v80 to <16 x float>
  %v82 = fmul <16 x float> %v78, %v81
  %v83 = fsub <16 x float> %v72, splat (float 0x4168001FA0000000)
  %v84 = fcmp olt <16 x float> splat (float 0x4060000000000000), %v83
  %v85 = select <16 x i1> %v84, <16 x float> splat (float 0x4060000000000000), <16 x float> %v83
  %v86 = fcmp olt <16 x float> %v69, splat (float 0xC05A000000000000)
  %v87 = select <16 x i1> %v86, <16 x float> splat (float 0xC05A000000000000), <16 x float> %v69
  %v88 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v85, <16 x float> splat (float 0xBFE6300000000000), <16 x float> %v87)
  %v89 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v85, <16 x float> splat (float 0x3F2BD01060000000), <16 x float> %v88)
  %v90 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v89, <16 x float> splat (float 0x3F66B63740000000), <16 x float> splat (float 0x3F91228F00000000))
  %v91 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v89, <16 x float> %v90, <16 x float> splat (float 0x3FB5557240000000))
  %v92 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v89, <16 x float> %v91, <16 x float> splat (float 0x3FD5554AE0000000))
  %v93 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v89, <16 x float> %v92, <16 x float> splat (float 0x3FEFFFFFE0000000))
  %v94 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v89, <16 x float> %v93, <16 x float> splat (float 0x4000000000000000))
  %v95 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v89, <16 x float> %v94, <16 x float> splat (float 0x4000000000000000))
  %v96 = fmul <16 x float> %v82, %v95
  %v97 = getelementptr float, ptr %v24, i64 %v26
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v96, ptr align 4 %v97, <16 x i1> %v33)
  %v98 = add nuw nsw i64 %v25, 1
  %v99 = icmp slt i64 %v98, 7
  br i1 %v99, label %b3, label %b6
b6:
  br label %b7
b7:
  %v102 = phi i64 [ 0, %b6 ], [ %v116, %b7 ]
  %v103 = phi <16 x float> [ splat (float 0x0000000000000000), %b6 ], [ %v115, %b7 ]
  %v104 = mul i64 %v102, 16
  %v105 = sub i64 100, %v104
  %v106 = call i64 @llvm.smax.i64(i64 %v105, i64 0)
  %v107 = call i64 @llvm.smin.i64(i64 %v106, i64 16)
  %v108 = trunc i64 %v107 to i32
  %v109 = insertelement <16 x i32> poison, i32 %v108, i64 0
  %v110 = shufflevector <16 x i32> %v109, <16 x i32> poison, <16 x i32> zeroinitializer
  %v111 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v110
  %v112 = getelementptr float, ptr %v24, i64 %v104
  %v113 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v112, <16 x i1> %v111, <16 x float> zeroinitializer)
  %v114 = fadd <16 x float> %v113, %v103
  %v115 = select <16 x i1> %v111, <16 x float> %v114, <16 x float> %v103
  %v116 = add nuw nsw i64 %v102, 1
  %v117 = icmp slt i64 %v116, 7
  br i1 %v117, label %b7, label %b8
b8:
  %v118 = shufflevector <16 x float> %v115, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v119 = shufflevector <16 x float> %v115, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v120 = fadd <8 x float> %v118, %v119
  %v121 = shufflevector <8 x float> %v120, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v122 = shufflevector <8 x float> %v120, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v123 = fadd <4 x float> %v121, %v122
  %v124 = shufflevector <4 x float> %v123, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v125 = shufflevector <4 x float> %v123, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v126 = fadd <2 x float> %v124, %v125
  %v127 = extractelement <2 x float> %v126, i64 0
  %v128 = extractelement <2 x float> %v126, i64 1
  %v129 = fadd float %v127, %v128
  %v130 = fdiv float 0x3FF0000000000000, %v129
  %v131 = insertelement <16 x float> poison, float %v130, i64 0
  %v132 = shufflevector <16 x float> %v131, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b8 ], [ %v136, %b2 ]
  %v16 = mul i64 %v15, 16
  %v17 = sub i64 100, %v16
  %v18 = call i64 @llvm.smax.i64(i64 %v17, i64 0)
  %v19 = call i64 @llvm.smin.i64(i64 %v18, i64 16)
  %v20 = trunc i64 %v19 to i32
  %v21 = insertelement <16 x i32> poison, i32 %v20, i64 0
  %v22 = shufflevector <16 x i32> %v21, <16 x i32> poison, <16 x i32> zeroinitializer
  %v23 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v22
  %v100 = getelementptr float, ptr %v24, i64 %v16
  %v101 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v100, <16 x i1> %v23, <16 x float> zeroinitializer)
  %v133 = fmul <16 x float> %v101, %v132
  %v134 = add i64 %v34, %v16
  %v135 = getelementptr float, ptr %v1, i64 %v134
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v133, ptr align 4 %v135, <16 x i1> %v23)
  %v136 = add nuw nsw i64 %v15, 1
  %v137 = icmp slt i64 %v136, 7
  br i1 %v137, label %b2, label %b9
b9:
  %v138 = add nuw nsw i64 %v14, 1
  %v139 = icmp slt i64 %v138, %v13
  br i1 %v139, label %b1, label %b10
b10:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
