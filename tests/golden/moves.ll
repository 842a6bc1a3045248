define void @map_32x34(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = mul i64 32, 34
  %v7 = add i64 %thread, 1
  %v8 = mul i64 %v6, %thread
  %v9 = udiv i64 %v8, %threads
  %v10 = mul i64 %v6, %v7
  %v11 = udiv i64 %v10, %threads
  %v12 = icmp slt i64 %v9, %v11
  br i1 %v12, label %b0, label %end
b0:
  %v13 = sub i64 %v11, 1
  %v14 = urem i64 %v9, 34
  %v15 = udiv i64 %v9, 34
  %v16 = urem i64 %v13, 34
  %v17 = udiv i64 %v13, 34
  %v18 = add i64 %v17, 1
  br label %b1
b1:
  %v19 = phi i64 [ %v15, %b0 ], [ %v43, %b3 ]
  %v20 = add i64 %v16, 1
  %v21 = icmp eq i64 %v19, %v15
  %v22 = icmp eq i64 %v19, %v17
  %v23 = select i1 %v21, i64 %v14, i64 0
  %v24 = select i1 %v22, i64 %v20, i64 34
  %v29 = mul i64 %v19, -1
  %v38 = mul i64 %v19, 34
  br label %b2
b2:
  %v25 = phi i64 [ %v23, %b1 ], [ %v41, %b2 ]
  %v26 = icmp slt i64 %v25, 33
  %v27 = icmp slt i64 0, %v25
  %v28 = and i1 %v26, %v27
  %v30 = mul i64 %v25, 32
  %v31 = add i64 %v29, %v30
  %v32 = getelementptr float, ptr %v3, i64 %v31
  %v33 = getelementptr float, ptr %v32, i64 31
  %v34 = select i1 %v28, ptr %v33, ptr %v3
  %v35 = load float, ptr %v34, align 4
  %v36 = select i1 %v28, float %v35, float 0x0000000000000000
  %v37 = fmul float %v36, 0x4000000000000000
  %v39 = add i64 %v38, %v25
  %v40 = getelementptr float, ptr %v1, i64 %v39
  store float %v37, ptr %v40, align 4
  %v41 = add nuw nsw i64 %v25, 1
  %v42 = icmp slt i64 %v41, %v24
  br i1 %v42, label %b2, label %b3
b3:
  %v43 = add nuw nsw i64 %v19, 1
  %v44 = icmp slt i64 %v43, %v18
  br i1 %v44, label %b1, label %b4
b4:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
