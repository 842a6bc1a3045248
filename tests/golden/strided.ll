define void @map_32x11(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = mul i64 32, 11
  %v7 = add i64 %thread, 1
  %v8 = mul i64 %v6, %thread
  %v9 = udiv i64 %v8, %threads
  %v10 = mul i64 %v6, %v7
  %v11 = udiv i64 %v10, %threads
  %v12 = icmp slt i64 %v9, %v11
  br i1 %v12, label %b0, label %end
b0:
  %v13 = sub i64 %v11, 1
  %v14 = urem i64 %v9, 11
  %v15 = udiv i64 %v9, 11
  %v16 = urem i64 %v13, 11
  %v17 = udiv i64 %v13, 11
  %v18 = add i64 %v17, 1
  br label %b1
b1:
  %v19 = phi i64 [ %v15, %b0 ], [ %v38, %b3 ]
  %v20 = add i64 %v16, 1
  %v21 = icmp eq i64 %v19, %v15
  %v22 = icmp eq i64 %v19, %v17
  %v23 = select i1 %v21, i64 %v14, i64 0
  %v24 = select i1 %v22, i64 %v20, i64 11
  %v26 = mul i64 %v19, 64
  %v28 = getelementptr float, ptr %v3, i64 %v26
  %v33 = mul i64 %v19, 11
  %v34 = getelementptr float, ptr %v1, i64 %v33
  br label %b2
b2:
  %v25 = phi i64 [ %v23, %b1 ], [ %v36, %b2 ]
  %v27 = mul i64 %v25, -3
  %v29 = getelementptr float, ptr %v28, i64 %v27
  %v30 = getelementptr float, ptr %v29, i64 31
  %v31 = load float, ptr %v30, align 4
  %v32 = fadd float %v31, 0x3FF0000000000000
  %v35 = getelementptr float, ptr %v34, i64 %v25
  store float %v32, ptr %v35, align 4
  %v36 = add nuw nsw i64 %v25, 1
  %v37 = icmp slt i64 %v36, %v24
  br i1 %v37, label %b2, label %b3
b3:
  %v38 = add nuw nsw i64 %v19, 1
  %v39 = icmp slt i64 %v38, %v18
  br i1 %v39, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
