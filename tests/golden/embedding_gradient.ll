define void @fill_100x16(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = add i64 %thread, 1
  %v5 = mul i64 100, %thread
  %v6 = udiv i64 %v5, %threads
  %v7 = mul i64 100, %v4
  %v8 = udiv i64 %v7, %threads
  %v9 = icmp slt i64 %v6, %v8
  br i1 %v9, label %b0, label %end
b0:
  %v10 = sub i64 %v8, 1
  %v11 = add i64 %v10, 1
  br label %b1
b1:
  %v12 = phi i64 [ %v6, %b0 ], [ %v15, %b1 ]
  %v13 = mul i64 %v12, 16
  %v14 = getelementptr float, ptr %v1, i64 %v13
  store <16 x float> splat (float 0x0000000000000000), ptr %v14, align 4
  %v15 = add nuw nsw i64 %v12, 1
  %v16 = icmp slt i64 %v15, %v11
  br i1 %v16, label %b1, label %b2
b2:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}

define void @scatter_map_16x7(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
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
  %v15 = phi i64 [ 0, %b0 ], [ %v34, %b5 ]
  %v16 = getelementptr i32, ptr %v3, i64 %v15
  %v17 = load i32, ptr %v16, align 4
  %v18 = sext i32 %v17 to i64
  %v19 = icmp slt i64 %v18, 0
  %v20 = add i64 %v18, 100
  %v21 = select i1 %v19, i64 %v20, i64 %v18
  %v22 = mul i64 %v15, 16
  %v23 = getelementptr float, ptr %v5, i64 %v22
  %v24 = load <16 x float>, ptr %v23, align 4
  %v25 = icmp uge i64 %v21, 100
  %v26 = xor i1 %v25, true
  br i1 %v25, label %b2, label %b3, !prof !0
b2:
  %v27 = getelementptr i64, ptr %v7, i64 0
  store i64 1, ptr %v27, align 8
  %v28 = getelementptr i64, ptr %v7, i64 1
  store i64 %v21, ptr %v28, align 8
  %v29 = getelementptr i64, ptr %v7, i64 2
  store i64 100, ptr %v29, align 8
  br label %b3
b3:
  %v30 = mul i64 %v21, 16
  %v31 = getelementptr float, ptr %v1, i64 %v30
  br i1 %v26, label %b4, label %b5
b4:
  %v32 = load <16 x float>, ptr %v31, align 4
  %v33 = fadd <16 x float> %v32, %v24
  store <16 x float> %v33, ptr %v31, align 4
  br label %b5
b5:
  %v34 = add nuw nsw i64 %v15, 1
  %v35 = icmp slt i64 %v34, 7
  br i1 %v35, label %b1, label %b6
b6:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
