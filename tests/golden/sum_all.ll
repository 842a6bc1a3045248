define void @sum_1(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = add i64 %thread, 1
  %v7 = mul i64 1, %thread
  %v8 = udiv i64 %v7, %threads
  %v9 = mul i64 1, %v6
  %v10 = udiv i64 %v9, %threads
  %v11 = icmp slt i64 %v8, %v10
  br i1 %v11, label %b0, label %end
b0:
  %v12 = sub i64 %v10, 1
  br label %b1
b1:
  %v13 = phi i64 [ 0, %b0 ], [ %v26, %b3 ]
  %v14 = phi <16 x float> [ splat (float 0x0000000000000000), %b0 ], [ %v25, %b3 ]
  %v17 = mul i64 %v13, 20000
  %v19 = getelementptr float, ptr %v3, i64 %v17
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b1 ], [ %v23, %b2 ]
  %v16 = phi <16 x float> [ splat (float 0x0000000000000000), %b1 ], [ %v22, %b2 ]
  %v18 = mul i64 %v15, 16
  %v20 = getelementptr float, ptr %v19, i64 %v18
  %v21 = load <16 x float>, ptr %v20, align 4
  %v22 = fadd <16 x float> %v21, %v16
  %v23 = add nuw nsw i64 %v15, 1
  %v24 = icmp slt i64 %v23, 1250
  br i1 %v24, label %b2, label %b3
b3:
  %v25 = fadd <16 x float> %v14, %v22
  %v26 = add nuw nsw i64 %v13, 1
  %v27 = icmp slt i64 %v26, 5
  br i1 %v27, label %b1, label %b4
b4:
  %v28 = shufflevector <16 x float> %v25, <16 x float> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %v29 = shufflevector <16 x float> %v25, <16 x float> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %v30 = fadd <8 x float> %v28, %v29
  %v31 = shufflevector <8 x float> %v30, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v32 = shufflevector <8 x float> %v30, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v33 = fadd <4 x float> %v31, %v32
  %v34 = shufflevector <4 x float> %v33, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v35 = shufflevector <4 x float> %v33, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v36 = fadd <2 x float> %v34, %v35
  %v37 = extractelement <2 x float> %v36, i64 0
  %v38 = extractelement <2 x float> %v36, i64 1
  %v39 = fadd float %v37, %v38
  store float %v39, ptr %v1, align 4
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
