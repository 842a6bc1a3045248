define void @dot_64x8(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = getelementptr ptr, ptr %args, i64 3
  %v7 = load ptr, ptr %v6, align 8
  %v8 = getelementptr i64, ptr %variables, i64 0
  %v9 = load i64, ptr %v8, align 8
  %v10 = ashr i64 %v9, 3
  %v11 = add i64 %v10, 1
  %v12 = add i64 %thread, 1
  %v13 = mul i64 %v11, %thread
  %v14 = udiv i64 %v13, %threads
  %v15 = mul i64 %v11, %v12
  %v16 = udiv i64 %v15, %threads
  %v17 = icmp slt i64 %v14, %v16
  br i1 %v17, label %b0, label %end
b0:
  %v18 = sub i64 %v16, 1
  %v19 = add i64 %v18, 1
  %v39 = add i64 %v9, 1
  br label %b1
b1:
  %v20 = phi i64 [ %v14, %b0 ], [ %v120, %b19 ]
  %v30 = mul i64 %v20, 8
  %v31 = add i64 %v30, 0
  %v32 = add i64 %v30, 1
  %v33 = add i64 %v30, 2
  %v34 = add i64 %v30, 3
  %v35 = add i64 %v30, 4
  %v36 = add i64 %v30, 5
  %v37 = add i64 %v30, 6
  %v38 = add i64 %v30, 7
  %v40 = icmp slt i64 %v31, %v39
  %v41 = icmp slt i64 %v32, %v39
  %v42 = icmp slt i64 %v33, %v39
  %v43 = icmp slt i64 %v34, %v39
  %v44 = icmp slt i64 %v35, %v39
  %v45 = icmp slt i64 %v36, %v39
  %v46 = icmp slt i64 %v37, %v39
  %v47 = icmp slt i64 %v38, %v39
  %v48 = mul i64 %v20, 128
  %v49 = getelementptr float, ptr %v3, i64 %v48
  br label %b2
b2:
  %v21 = phi i64 [ 0, %b1 ], [ %v109, %b2 ]
  %v22 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v87, %b2 ]
  %v23 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v90, %b2 ]
  %v24 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v93, %b2 ]
  %v25 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v96, %b2 ]
  %v26 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v99, %b2 ]
  %v27 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v102, %b2 ]
  %v28 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v105, %b2 ]
  %v29 = phi <8 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v108, %b2 ]
  %v50 = getelementptr float, ptr %v49, i64 %v21
  %v51 = getelementptr float, ptr %v50, i64 16
  %v52 = getelementptr float, ptr %v50, i64 32
  %v53 = getelementptr float, ptr %v50, i64 48
  %v54 = getelementptr float, ptr %v50, i64 64
  %v55 = getelementptr float, ptr %v50, i64 80
  %v56 = getelementptr float, ptr %v50, i64 96
  %v57 = getelementptr float, ptr %v50, i64 112
  %v58 = select i1 %v40, ptr %v50, ptr %v3
  %v59 = load float, ptr %v58, align 4
  %v60 = select i1 %v40, float %v59, float 0x0000000000000000
  %v61 = select i1 %v41, ptr %v51, ptr %v3
  %v62 = load float, ptr %v61, align 4
  %v63 = select i1 %v41, float %v62, float 0x0000000000000000
  %v64 = select i1 %v42, ptr %v52, ptr %v3
  %v65 = load float, ptr %v64, align 4
  %v66 = select i1 %v42, float %v65, float 0x0000000000000000
  %v67 = select i1 %v43, ptr %v53, ptr %v3
  %v68 = load float, ptr %v67, align 4
  %v69 = select i1 %v43, float %v68, float 0x0000000000000000
  %v70 = select i1 %v44, ptr %v54, ptr %v3
  %v71 = load float, ptr %v70, align 4
  %v72 = select i1 %v44, float %v71, float 0x0000000000000000
  %v73 = select i1 %v45, ptr %v55, ptr %v3
  %v74 = load float, ptr %v73, align 4
  %v75 = select i1 %v45, float %v74, float 0x0000000000000000
  %v76 = select i1 %v46, ptr %v56, ptr %v3
  %v77 = load float, ptr %v76, align 4
  %v78 = select i1 %v46, float %v77, float 0x0000000000000000
  %v79 = select i1 %v47, ptr %v57, ptr %v3
  %v80 = load float, ptr %v79, align 4
  %v81 = select i1 %v47, float %v80, float 0x0000000000000000
  %v82 = mul i64 %v21, 8
  %v83 = getelementptr float, ptr %v5, i64 %v82
  %v84 = load <8 x float>, ptr %v83, align 4
  %v85 = insertelement <8 x float> poison, float %v60, i64 0
  %v86 = shufflevector <8 x float> %v85, <8 x float> poison, <8 x i32> zeroinitializer
  %v87 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v86, <8 x float> %v84, <8 x float> %v22)
  %v88 = insertelement <8 x float> poison, float %v63, i64 0
  %v89 = shufflevector <8 x float> %v88, <8 x float> poison, <8 x i32> zeroinitializer
  %v90 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v89, <8 x float> %v84, <8 x float> %v23)
  %v91 = insertelement <8 x float> poison, float %v66, i64 0
  %v92 = shufflevector <8 x float> %v91, <8 x float> poison, <8 x i32> zeroinitializer
  %v93 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v92, <8 x float> %v84, <8 x float> %v24)
  %v94 = insertelement <8 x float> poison, float %v69, i64 0
  %v95 = shufflevector <8 x float> %v94, <8 x float> poison, <8 x i32> zeroinitializer
  %v96 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v95, <8 x float> %v84, <8 x float> %v25)
  %v97 = insertelement <8 x float> poison, float %v72, i64 0
  %v98 = shufflevector <8 x float> %v97, <8 x float> poison, <8 x i32> zeroinitializer
  %v99 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v98, <8 x float> %v84, <8 x float> %v26)
  %v100 = insertelement <8 x float> poison, float %v75, i64 0
  %v101 = shufflevector <8 x float> %v100, <8 x float> poison, <8 x i32> zeroinitializer
  %v102 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v101, <8 x float> %v84, <8 x float> %v27)
  %v103 = insertelement <8 x float> poison, float %v78, i64 0
  %v104 = shufflevector <8 x float> %v103, <8 x float> poison, <8 x i32> zeroinitializer
  %v105 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v104, <8 x float> %v84, <8 x float> %v28)
  %v106 = insertelement <8 x float> poison, float %v81, i64 0
  %v107 = shufflevector <8 x float> %v106, <8 x float> poison, <8 x i32> zeroinitializer
  %v108 = call <8 x float> @llvm.fma.v8f32(<8 x float> %v107, <8 x float> %v84, <8 x float> %v29)
  %v109 = add nuw nsw i64 %v21, 1
  %v110 = icmp slt i64 %v109, 16
  br i1 %v110, label %b2, label %b3
b3:
  %v111 = mul i64 %v20, 64
  %v112 = getelementptr float, ptr %v1, i64 %v111
  %v113 = getelementptr float, ptr %v112, i64 8
  %v114 = getelementptr float, ptr %v112, i64 16
  %v115 = getelementptr float, ptr %v112, i64 24
  %v116 = getelementptr float, ptr %v112, i64 32
  %v117 = getelementptr float, ptr %v112, i64 40
  %v118 = getelementptr float, ptr %v112, i64 48
  %v119 = getelementptr float, ptr %v112, i64 56
  br i1 %v40, label %b4, label %b5
b4:
  store <8 x float> %v87, ptr %v112, align 4
  br label %b5
b5:
  br i1 %v41, label %b6, label %b7
b6:
  store <8 x float> %v90, ptr %v113, align 4
  br label %b7
b7:
  br i1 %v42, label %b8, label %b9
b8:
  store <8 x float> %v93, ptr %v114, align 4
  br label %b9
b9:
  br i1 %v43, label %b10, label %b11
b10:
  store <8 x float> %v96, ptr %v115, align 4
  br label %b11
b11:
  br i1 %v44, label %b12, label %b13
b12:
  store <8 x float> %v99, ptr %v116, align 4
  br label %b13
b13:
  br i1 %v45, label %b14, label %b15
b14:
  store <8 x float> %v102, ptr %v117, align 4
  br label %b15
b15:
  br i1 %v46, label %b16, label %b17
b16:
  store <8 x float> %v105, ptr %v118, align 4
  br label %b17
b17:
  br i1 %v47, label %b18, label %b19
b18:
  store <8 x float> %v108, ptr %v119, align 4
  br label %b19
b19:
  %v120 = add nuw nsw i64 %v20, 1
  %v121 = icmp slt i64 %v120, %v19
  br i1 %v121, label %b1, label %b20
b20:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
