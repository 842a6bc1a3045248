define void @map_7x16(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
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
  %v9 = mul i64 7, %thread
  %v10 = udiv i64 %v9, %threads
  %v11 = mul i64 7, %v8
  %v12 = udiv i64 %v11, %threads
  %v13 = icmp slt i64 %v10, %v12
  br i1 %v13, label %b0, label %end
b0:
  %v14 = sub i64 %v12, 1
  %v15 = add i64 %v14, 1
  br label %b1
b1:
  %v16 = phi i64 [ %v10, %b0 ], [ %v35, %b3 ]
  %v17 = getelementptr i32, ptr %v5, i64 %v16
  %v18 = load i32, ptr %v17, align 4
  %v19 = sext i32 %v18 to i64
  %v20 = icmp slt i64 %v19, 0
  %v21 = add i64 %v19, 100
  %v22 = select i1 %v20, i64 %v21, i64 %v19
  %v23 = icmp uge i64 %v22, 100
  %v24 = xor i1 %v23, true
  br i1 %v23, label %b2, label %b3, !prof !0
b2:
  %v25 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v25, align 8
  %v26 = getelementptr i64, ptr %v7, i64 1
  store i64 %v22, ptr %v26, align 8
  %v27 = getelementptr i64, ptr %v7, i64 2
  store i64 100, ptr %v27, align 8
  br label %b3
b3:
  %v28 = mul i64 %v22, 16
  %v29 = getelementptr float, ptr %v3, i64 %v28
  %v30 = select i1 %v24, ptr %v29, ptr %v3
  %v31 = load <16 x float>, ptr %v30, align 4
  %v32 = select i1 %v24, <16 x float> %v31, <16 x float> zeroinitializer
  %v33 = mul i64 %v16, 16
  %v34 = getelementptr float, ptr %v1, i64 %v33
  store <16 x float> %v32, ptr %v34, align 4
  %v35 = add nuw nsw i64 %v16, 1
  %v36 = icmp slt i64 %v35, %v15
  br i1 %v36, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
