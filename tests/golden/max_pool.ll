define void @max_2x4x4x4(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = add i64 %thread, 1
  %v7 = mul i64 4, %thread
  %v8 = udiv i64 %v7, %threads
  %v9 = mul i64 4, %v6
  %v10 = udiv i64 %v9, %threads
  %v11 = icmp slt i64 %v8, %v10
  br i1 %v11, label %b0, label %end
b0:
  %v12 = sub i64 %v10, 1
  %v13 = add i64 %v12, 1
  br label %b1
b1:
  %v14 = phi i64 [ %v8, %b0 ], [ %v106, %b5 ]
  %v33 = mul i64 %v14, 128
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b1 ], [ %v95, %b4 ]
  %v16 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v85, %b4 ]
  %v17 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v86, %b4 ]
  %v18 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v87, %b4 ]
  %v19 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v88, %b4 ]
  %v20 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v89, %b4 ]
  %v21 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v90, %b4 ]
  %v22 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v91, %b4 ]
  %v23 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v92, %b4 ]
  %v34 = mul i64 %v15, 8
  %v35 = add i64 %v33, %v34
  %v36 = getelementptr float, ptr %v3, i64 %v35
  br label %b3
b3:
  %v24 = phi i64 [ 0, %b2 ], [ %v93, %b3 ]
  %v25 = phi <4 x float> [ %v16, %b2 ], [ %v85, %b3 ]
  %v26 = phi <4 x float> [ %v17, %b2 ], [ %v86, %b3 ]
  %v27 = phi <4 x float> [ %v18, %b2 ], [ %v87, %b3 ]
  %v28 = phi <4 x float> [ %v19, %b2 ], [ %v88, %b3 ]
  %v29 = phi <4 x float> [ %v20, %b2 ], [ %v89, %b3 ]
  %v30 = phi <4 x float> [ %v21, %b2 ], [ %v90, %b3 ]
  %v31 = phi <4 x float> [ %v22, %b2 ], [ %v91, %b3 ]
  %v32 = phi <4 x float> [ %v23, %b2 ], [ %v92, %b3 ]
  %v37 = getelementptr float, ptr %v36, i64 %v24
  %v38 = getelementptr float, ptr %v37, i64 16
  %v39 = getelementptr float, ptr %v37, i64 32
  %v40 = getelementptr float, ptr %v37, i64 48
  %v41 = getelementptr float, ptr %v37, i64 64
  %v42 = getelementptr float, ptr %v37, i64 80
  %v43 = getelementptr float, ptr %v37, i64 96
  %v44 = getelementptr float, ptr %v37, i64 112
  %v45 = getelementptr float, ptr %v37, i64 0
  %v46 = load <4 x float>, ptr %v45, align 4
  %v47 = getelementptr float, ptr %v37, i64 3
  %v48 = load <4 x float>, ptr %v47, align 4
  %v49 = shufflevector <4 x float> %v46, <4 x float> %v48, <4 x i32> <i32 0, i32 2, i32 5, i32 7>
  %v50 = getelementptr float, ptr %v38, i64 0
  %v51 = load <4 x float>, ptr %v50, align 4
  %v52 = getelementptr float, ptr %v38, i64 3
  %v53 = load <4 x float>, ptr %v52, align 4
  %v54 = shufflevector <4 x float> %v51, <4 x float> %v53, <4 x i32> <i32 0, i32 2, i32 5, i32 7>
  %v55 = getelementptr float, ptr %v39, i64 0
  %v56 = load <4 x float>, ptr %v55, align 4
  %v57 = getelementptr float, ptr %v39, i64 3
  %v58 = load <4 x float>, ptr %v57, align 4
  %v59 = shufflevector <4 x float> %v56, <4 x float> %v58, <4 x i32> <i32 0, i32 2, i32 5, i32 7>
  %v60 = getelementptr float, ptr %v40, i64 0
  %v61 = load <4 x float>, ptr %v60, align 4
  %v62 = getelementptr float, ptr %v40, i64 3
  %v63 = load <4 x float>, ptr %v62, align 4
  %v64 = shufflevector <4 x float> %v61, <4 x float> %v63, <4 x i32> <i32 0, i32 2, i32 5, i32 7>
  %v65 = getelementptr float, ptr %v41, i64 0
  %v66 = load <4 x float>, ptr %v65, align 4
  %v67 = getelementptr float, ptr %v41, i64 3
  %v68 = load <4 x float>, ptr %v67, align 4
  %v69 = shufflevector <4 x float> %v66, <4 x float> %v68, <4 x i32> <i32 0, i32 2, i32 5, i32 7>
  %v70 = getelementptr float, ptr %v42, i64 0
  %v71 = load <4 x float>, ptr %v70, align 4
  %v72 = getelementptr float, ptr %v42, i64 3
  %v73 = load <4 x float>, ptr %v72, align 4
  %v74 = shufflevector <4 x float> %v71, <4 x float> %v73, <4 x i32> <i32 0, i32 2, i32 5, i32 7>
  %v75 = getelementptr float, ptr %v43, i64 0
  %v76 = load <4 x float>, ptr %v75, align 4
  %v77 = getelementptr float, ptr %v43, i64 3
  %v78 = load <4 x float>, ptr %v77, align 4
  %v79 = shufflevector <4 x float> %v76, <4 x float> %v78, <4 x i32> <i32 0, i32 2, i32 5, i32 7>
  %v80 = getelementptr float, ptr %v44, i64 0
  %v81 = load <4 x float>, ptr %v80, align 4
  %v82 = getelementptr float, ptr %v44, i64 3
  %v83 = load <4 x float>, ptr %v82, align 4
  %v84 = shufflevector <4 x float> %v81, <4 x float> %v83, <4 x i32> <i32 0, i32 2, i32 5, i32 7>
  %v85 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v49, <4 x float> %v25)
  %v86 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v54, <4 x float> %v26)
  %v87 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v59, <4 x float> %v27)
  %v88 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v64, <4 x float> %v28)
  %v89 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v69, <4 x float> %v29)
  %v90 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v74, <4 x float> %v30)
  %v91 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v79, <4 x float> %v31)
  %v92 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v84, <4 x float> %v32)
  %v93 = add nuw nsw i64 %v24, 1
  %v94 = icmp slt i64 %v93, 2
  br i1 %v94, label %b3, label %b4
b4:
  %v95 = add nuw nsw i64 %v15, 1
  %v96 = icmp slt i64 %v95, 2
  br i1 %v96, label %b2, label %b5
b5:
  %v97 = mul i64 %v14, 32
  %v98 = getelementptr float, ptr %v1, i64 %v97
  %v99 = getelementptr float, ptr %v98, i64 4
  %v100 = getelementptr float, ptr %v98, i64 8
  %v101 = getelementptr float, ptr %v98, i64 12
  %v102 = getelementptr float, ptr %v98, i64 16
  %v103 = getelementptr float, ptr %v98, i64 20
  %v104 = getelementptr float, ptr %v98, i64 24
  %v105 = getelementptr float, ptr %v98, i64 28
  store <4 x float> %v85, ptr %v98, align 4
  store <4 x float> %v86, ptr %v99, align 4
  store <4 x float> %v87, ptr %v100, align 4
  store <4 x float> %v88, ptr %v101, align 4
  store <4 x float> %v89, ptr %v102, align 4
  store <4 x float> %v90, ptr %v103, align 4
  store <4 x float> %v91, ptr %v104, align 4
  store <4 x float> %v92, ptr %v105, align 4
  %v106 = add nuw nsw i64 %v14, 1
  %v107 = icmp slt i64 %v106, %v13
  br i1 %v107, label %b1, label %b6
b6:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
