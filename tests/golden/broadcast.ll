define void @map_64x32(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = getelementptr ptr, ptr %args, i64 3
  %v7 = load ptr, ptr %v6, align 8
  %v8 = getelementptr ptr, ptr %args, i64 4
  %v9 = load ptr, ptr %v8, align 8
  %v10 = add i64 %thread, 1
  %v11 = mul i64 64, %thread
  %v12 = udiv i64 %v11, %threads
  %v13 = mul i64 64, %v10
  %v14 = udiv i64 %v13, %threads
  %v15 = icmp slt i64 %v12, %v14
  br i1 %v15, label %b0, label %end
b0:
  %v16 = sub i64 %v14, 1
  %v17 = add i64 %v16, 1
  br label %b1
b1:
  %v18 = phi i64 [ %v12, %b0 ], [ %v36, %b3 ]
  %v20 = getelementptr float, ptr %v3, i64 %v18
  %v21 = load float, ptr %v20, align 4
  %v25 = insertelement <16 x float> poison, float %v21, i64 0
  %v26 = shufflevector <16 x float> %v25, <16 x float> poison, <16 x i32> zeroinitializer
  %v31 = mul i64 %v18, 32
  %v32 = getelementptr float, ptr %v1, i64 %v31
  br label %b2
b2:
  %v19 = phi i64 [ 0, %b1 ], [ %v34, %b2 ]
  %v22 = mul i64 %v19, 16
  %v23 = getelementptr float, ptr %v5, i64 %v22
  %v24 = load <16 x float>, ptr %v23, align 4
  %v27 = fmul <16 x float> %v26, %v24
  %v28 = getelementptr float, ptr %v7, i64 %v22
  %v29 = load <16 x float>, ptr %v28, align 4
  %v30 = fadd <16 x float> %v27, %v29
  %v33 = getelementptr float, ptr %v32, i64 %v22
  store <16 x float> %v30, ptr %v33, align 4
  %v34 = add nuw nsw i64 %v19, 1
  %v35 = icmp slt i64 %v34, 2
  br i1 %v35, label %b2, label %b3
b3:
  %v36 = add nuw nsw i64 %v18, 1
  %v37 = icmp slt i64 %v36, %v17
  br i1 %v37, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
