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
  %v14 = phi i64 [ %v8, %b0 ], [ %v126, %b9 ]
  %v34 = mul i64 %v14, 100
  %v35 = getelementptr float, ptr %v3, i64 %v34
  br label %b4
b4:
  %v38 = phi i64 [ 0, %b1 ], [ %v52, %b4 ]
  %v39 = phi <16 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v51, %b4 ]
  %v40 = mul i64 %v38, 16
  %v41 = sub i64 100, %v40
  %v42 = call i64 @llvm.smax.i64(i64 %v41, i64 0)
  %v43 = call i64 @llvm.smin.i64(i64 %v42, i64 16)
  %v44 = trunc i64 %v43 to i32
  %v45 = insertelement <16 x i32> poison, i32 %v44, i64 0
  %v46 = shufflevector <16 x i32> %v45, <16 x i32> poison, <16 x i32> zeroinitializer
  %v47 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v46
  %v48 = getelementptr float, ptr %v35, i64 %v40
  %v49 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v48, <16 x i1> %v47, <16 x float> zeroinitializer)
  %v50 = call <16 x float> @llvm.maximum.v16f32(<16 x float> %v49, <16 x float> %v39)
  %v51 = select <16 x i1> %v47, <16 x float> %v50, <16 x float> %v39
  %v52 = add nuw nsw i64 %v38, 1
  %v53 = icmp slt i64 %v52, 7
  br i1 %v53, label %b4, label %b5
b5:
  %v54 = shufflevector <16 x float> %v51, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v55 = shufflevector <16 x float> %v51, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v56 = call <8 x float> @llvm.maximum.v8f32(<8 x float> %v54, <8 x float> %v55)
  %v57 = shufflevector <8 x float> %v56, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v58 = shufflevector <8 x float> %v56, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v59 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v57, <4 x float> %v58)
  %v60 = shufflevector <4 x float> %v59, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v61 = shufflevector <4 x float> %v59, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v62 = call <2 x float> @llvm.maximum.v2f32(<2 x float> %v60, <2 x float> %v61)
  %v63 = extractelement <2 x float> %v62, i64 0
  %v64 = extractelement <2 x float> %v62, i64 1
  %v65 = call float @llvm.maximum.f32(float %v63, float %v64)
  %v66 = insertelement <16 x float> poison, float %v65, i64 0
  %v67 = shufflevector <16 x float> %v66, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b3
b3:
  %v25 = phi i64 [ 0, %b5 ], [ %v87, %b3 ]
  %v26 = mul i64 %v25, 16
  %v27 = sub i64 100, %v26
  %v28 = call i64 @llvm.smax.i64(i64 %v27, i64 0)
  %v29 = call i64 @llvm.smin.i64(i64 %v28, i64 16)
  %v30 = trunc i64 %v29 to i32
  %v31 = insertelement <16 x i32> poison, i32 %v30, i64 0
  %v32 = shufflevector <16 x i32> %v31, <16 x i32> poison, <16 x i32> zeroinitializer
  %v33 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v32
  %v36 = getelementptr float, ptr %v35, i64 %v26
  %v37 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v36, <16 x i1> %v33, <16 x float> zeroinitializer)
  %v68 = fsub <16 x float> %v37, %v67
  %v69 = fcmp olt <16 x float> %v68, splat (float 0xC059FEB860000000)
  %v70 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v68, <16 x float> splat (float 0x3FF7154760000000), <16 x float> splat (float 0x4168001FA0000000))
  %v71 = fsub <16 x float> %v70, splat (float 0x4168001FC0000000)
  %v72 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> splat (float 0x3FF0000000000000), <16 x float> %v71, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v73 = fsub <16 x float> %v70, splat (float 0x4168001FA0000000)
  %v74 = fcmp olt <16 x float> splat (float 0x4060000000000000), %v73
  %v75 = select <16 x i1> %v74, <16 x float> splat (float 0x4060000000000000), <16 x float> %v73
  %v76 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v75, <16 x float> splat (float 0xBFE6300000000000), <16 x float> %v68)
  %v77 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v75, <16 x float> splat (float 0x3F2BD01060000000), <16 x float> %v76)
  %v78 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v77, <16 x float> splat (float 0x3F66B63740000000), <16 x float> splat (float 0x3F91228F00000000))
  %v79 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v77, <16 x float> %v78, <16 x float> splat (float 0x3FB5557240000000))
  %v80 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v77, <16 x float> %v79, <16 x float> splat (float 0x3FD5554AE0000000))
  %v81 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v77, <16 x float> %v80, <16 x float> splat (float 0x3FEFFFFFE0000000))
  %v82 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v77, <16 x float> %v81, <16 x float> splat (float 0x4000000000000000))
  %v83 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v77, <16 x float> %v82, <16 x float> splat (float 0x4000000000000000))
  %v84 = call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512(<16 x float> %v83, <16 x float> %v71, <16 x float> zeroinitializer, i16 -1, i32 4)
  %v85 = select <16 x i1> %v69, <16 x float> splat (float 0x0000000000000000), <16 x float> %v84
  %v86 = getelementptr float, ptr %v24, i64 %v26
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v85, ptr align 4 %v86, <16 x i1> %v33)
  %v87 = add nuw nsw i64 %v25, 1
  %v88 = icmp slt i64 %v87, 7
  br i1 %v88, label %b3, label %b6
b6:
  br label %b7
b7:
  %v91 = phi i64 [ 0, %b6 ], [ %v104, %b7 ]
  %v92 = phi <16 x float> [ splat (float 0x0000000000000000), %b6 ], [ %v103, %b7 ]
  %v93 = mul i64 %v91, 16
  %v94 = sub i64 100, %v93
  %v95 = call i64 @llvm.smax.i64(i64 %v94, i64 0)
  %v96 = call i64 @llvm.smin.i64(i64 %v95, i64 16)
  %v97 = trunc i64 %v96 to i32
  %v98 = insertelement <16 x i32> poison, i32 %v97, i64 0
  %v99 = shufflevector <16 x i32> %v98, <16 x i32> poison, <16 x i32> zeroinitializer
  %v100 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v99
  %v101 = getelementptr float, ptr %v24, i64 %v93
  %v102 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v101, <16 x i1> %v100, <16 x float> zeroinitializer)
  %v103 = fadd <16 x float> %v102, %v92
  %v104 = add nuw nsw i64 %v91, 1
  %v105 = icmp slt i64 %v104, 7
  br i1 %v105, label %b7, label %b8
b8:
  %v106 = shufflevector <16 x float> %v103, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v107 = shufflevector <16 x float> %v103, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v108 = fadd <8 x float> %v106, %v107
  %v109 = shufflevector <8 x float> %v108, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v110 = shufflevector <8 x float> %v108, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v111 = fadd <4 x float> %v109, %v110
  %v112 = shufflevector <4 x float> %v111, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v113 = shufflevector <4 x float> %v111, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v114 = fadd <2 x float> %v112, %v113
  %v115 = extractelement <2 x float> %v114, i64 0
  %v116 = extractelement <2 x float> %v114, i64 1
  %v117 = fadd float %v115, %v116
  %v118 = fdiv float 0x3FF0000000000000, %v117
  %v119 = insertelement <16 x float> poison, float %v118, i64 0
  %v120 = shufflevector <16 x float> %v119, <16 x float> poison, <16 x i32> zeroinitializer
  %v122 = getelementptr float, ptr %v1, i64 %v34
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b8 ], [ %v124, %b2 ]
  %v16 = mul i64 %v15, 16
  %v17 = sub i64 100, %v16
  %v18 = call i64 @llvm.smax.i64(i64 %v17, i64 0)
  %v19 = call i64 @llvm.smin.i64(i64 %v18, i64 16)
  %v20 = trunc i64 %v19 to i32
  %v21 = insertelement <16 x i32> poison, i32 %v20, i64 0
  %v22 = shufflevector <16 x i32> %v21, <16 x i32> poison, <16 x i32> zeroinitializer
  %v23 = icmp slt <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>, %v22
  %v89 = getelementptr float, ptr %v24, i64 %v16
  %v90 = call <16 x float> @llvm.masked.load.v16f32.p0(ptr align 4 %v89, <16 x i1> %v23, <16 x float> zeroinitializer)
  %v121 = fmul <16 x float> %v90, %v120
  %v123 = getelementptr float, ptr %v122, i64 %v16
  call void @llvm.masked.store.v16f32.p0(<16 x float> %v121, ptr align 4 %v123, <16 x i1> %v23)
  %v124 = add nuw nsw i64 %v15, 1
  %v125 = icmp slt i64 %v124, 7
  br i1 %v125, label %b2, label %b9
b9:
  %v126 = add nuw nsw i64 %v14, 1
  %v127 = icmp slt i64 %v126, %v13
  br i1 %v127, label %b1, label %b10
b10:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
