define void @sum_64x96(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
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
  %v14 = phi i64 [ %v8, %b0 ], [ %v89, %b7 ]
  %v16 = mul i64 %v14, 96
  br label %b3
b3:
  %v21 = phi i64 [ 0, %b1 ], [ %v32, %b3 ]
  %v22 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v30, %b3 ]
  %v23 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v31, %b3 ]
  %v24 = mul i64 %v21, 32
  %v25 = add i64 %v16, %v24
  %v26 = getelementptr float, ptr %v3, i64 %v25
  %v27 = getelementptr float, ptr %v26, i64 16
  %v28 = load <16 x float>, ptr %v26, align 4
  %v29 = load <16 x float>, ptr %v27, align 4
  %v30 = fadd <16 x float> %v28, %v22
  %v31 = fadd <16 x float> %v29, %v23
  %v32 = add nuw nsw i64 %v21, 1
  %v33 = icmp slt i64 %v32, 3
  br i1 %v33, label %b3, label %b4
b4:
  %v34 = fadd <16 x float> %v30, %v31
  %v35 = shufflevector <16 x float> %v34, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v36 = shufflevector <16 x float> %v34, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v37 = fadd <8 x float> %v35, %v36
  %v38 = shufflevector <8 x float> %v37, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v39 = shufflevector <8 x float> %v37, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v40 = fadd <4 x float> %v38, %v39
  %v41 = shufflevector <4 x float> %v40, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v42 = shufflevector <4 x float> %v40, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v43 = fadd <2 x float> %v41, %v42
  %v44 = extractelement <2 x float> %v43, i64 0
  %v45 = extractelement <2 x float> %v43, i64 1
  %v46 = fadd float %v44, %v45
  %v47 = fdiv float %v46, 0x4058000000000000
  %v48 = insertelement <16 x float> poison, float %v47, i64 0
  %v49 = shufflevector <16 x float> %v48, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b5
b5:
  %v51 = phi i64 [ 0, %b4 ], [ %v64, %b5 ]
  %v52 = phi <16 x float> [ splat (float 0x0000000000000000), %b4 ], [ %v62, %b5 ]
  %v53 = phi <16 x float> [ splat (float 0x0000000000000000), %b4 ], [ %v63, %b5 ]
  %v54 = mul i64 %v51, 32
  %v55 = add i64 %v16, %v54
  %v56 = getelementptr float, ptr %v3, i64 %v55
  %v57 = getelementptr float, ptr %v56, i64 16
  %v58 = load <16 x float>, ptr %v56, align 4
  %v59 = load <16 x float>, ptr %v57, align 4
  %v60 = fsub <16 x float> %v58, %v49
  %v61 = fsub <16 x float> %v59, %v49
  %v62 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v60, <16 x float> %v60, <16 x float> %v52)
  %v63 = call <16 x float> @llvm.fma.v16f32(<16 x float> %v61, <16 x float> %v61, <16 x float> %v53)
  %v64 = add nuw nsw i64 %v51, 1
  %v65 = icmp slt i64 %v64, 3
  br i1 %v65, label %b5, label %b6
b6:
  %v66 = fadd <16 x float> %v62, %v63
  %v67 = shufflevector <16 x float> %v66, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v68 = shufflevector <16 x float> %v66, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v69 = fadd <8 x float> %v67, %v68
  %v70 = shufflevector <8 x float> %v69, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v71 = shufflevector <8 x float> %v69, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v72 = fadd <4 x float> %v70, %v71
  %v73 = shufflevector <4 x float> %v72, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v74 = shufflevector <4 x float> %v72, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v75 = fadd <2 x float> %v73, %v74
  %v76 = extractelement <2 x float> %v75, i64 0
  %v77 = extractelement <2 x float> %v75, i64 1
  %v78 = fadd float %v76, %v77
  %v79 = fdiv float %v78, 0x4058000000000000
  %v80 = fadd float %v79, 0x3EE4F8B580000000
  %v81 = call float @llvm.sqrt.f32(float %v80)
  %v82 = fdiv float 0x3FF0000000000000, %v81
  %v83 = insertelement <16 x float> poison, float %v82, i64 0
  %v84 = shufflevector <16 x float> %v83, <16 x float> poison, <16 x i32> zeroinitializer
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b6 ], [ %v87, %b2 ]
  %v17 = mul i64 %v15, 16
  %v18 = add i64 %v16, %v17
  %v19 = getelementptr float, ptr %v3, i64 %v18
  %v20 = load <16 x float>, ptr %v19, align 4
  %v50 = fsub <16 x float> %v20, %v49
  %v85 = fmul <16 x float> %v50, %v84
  %v86 = getelementptr float, ptr %v1, i64 %v18
  store <16 x float> %v85, ptr %v86, align 4
  %v87 = add nuw nsw i64 %v15, 1
  %v88 = icmp slt i64 %v87, 6
  br i1 %v88, label %b2, label %b7
b7:
  %v89 = add nuw nsw i64 %v14, 1
  %v90 = icmp slt i64 %v89, %v13
  br i1 %v90, label %b1, label %b8
b8:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
