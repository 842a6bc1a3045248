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
  %v10 = getelementptr ptr, ptr %args, i64 5
  %v11 = load ptr, ptr %v10, align 8
  %v12 = add i64 %thread, 1
  %v13 = mul i64 128, %thread
  %v14 = udiv i64 %v13, %threads
  %v15 = mul i64 128, %v12
  %v16 = udiv i64 %v15, %threads
  %v17 = icmp slt i64 %v14, %v16
  br i1 %v17, label %b0, label %end
b0:
  %v18 = sub i64 %v16, 1
  %v19 = add i64 %v18, 1
  br label %b1
b1:
  %v20 = phi i64 [ %v14, %b0 ], [ %v40, %b1 ]
  %v21 = mul i64 %v20, 16
  %v22 = getelementptr float, ptr %v3, i64 %v21
  %v23 = load <16 x float>, ptr %v22, align 4
  %v24 = getelementptr float, ptr %v5, i64 %v21
  %v25 = load <16 x float>, ptr %v24, align 4
  %v26 = fmul <16 x float> %v23, %v25
  %v27 = getelementptr float, ptr %v7, i64 %v21
  %v28 = load <16 x float>, ptr %v27, align 4
  %v29 = fadd <16 x float> %v26, %v28
  %v30 = getelementptr float, ptr %v9, i64 %v21
  %v31 = load <16 x float>, ptr %v30, align 4
  %v32 = fdiv <16 x float> %v29, %v31
  %v33 = fcmp olt <16 x float> %v32, splat (float 0x0000000000000000)
  %v34 = fcmp une <16 x float> %v32, splat (float 0x0000000000000000)
  %v35 = xor <16 x i1> %v34, splat (i1 true)
  %v36 = or <16 x i1> %v33, %v35
  %v37 = select <16 x i1> %v36, <16 x float> splat (float 0x0000000000000000), <16 x float> %v32
  %v38 = fsub <16 x float> %v37, splat (float 0x3FF0000000000000)
  %v39 = getelementptr float, ptr %v1, i64 %v21
  store <16 x float> %v38, ptr %v39, align 4
  %v40 = add nuw nsw i64 %v20, 1
  %v41 = icmp slt i64 %v40, %v19
  br i1 %v41, label %b1, label %b2
b2:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
