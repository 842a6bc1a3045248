define void @map_32x48(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 3
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 4
  %v5 = load ptr, ptr %v4, align 8
  %v6 = getelementptr ptr, ptr %args, i64 5
  %v7 = load ptr, ptr %v6, align 8
  %v8 = getelementptr ptr, ptr %args, i64 6
  %v9 = load ptr, ptr %v8, align 8
  %v10 = getelementptr ptr, ptr %args, i64 1
  %v11 = load ptr, ptr %v10, align 8
  %v12 = getelementptr ptr, ptr %args, i64 2
  %v13 = load ptr, ptr %v12, align 8
  %v14 = getelementptr ptr, ptr %args, i64 7
  %v15 = load ptr, ptr %v14, align 8
  %v16 = add i64 %thread, 1
  %v17 = mul i64 96, %thread
  %v18 = udiv i64 %v17, %threads
  %v19 = mul i64 96, %v16
  %v20 = udiv i64 %v19, %threads
  %v21 = icmp slt i64 %v18, %v20
  br i1 %v21, label %b0, label %end
b0:
  %v22 = sub i64 %v20, 1
  %v23 = add i64 %v22, 1
  br label %b1
b1:
  %v24 = phi i64 [ %v18, %b0 ], [ %v49, %b1 ]
  %v25 = mul i64 %v24, 16
  %v26 = getelementptr float, ptr %v3, i64 %v25
  %v27 = load <16 x float>, ptr %v26, align 4
  %v28 = getelementptr float, ptr %v5, i64 %v25
  %v29 = load <16 x float>, ptr %v28, align 4
  %v30 = fmul <16 x float> %v29, splat (float 0x3FECCCCCC0000000)
  %v31 = getelementptr float, ptr %v7, i64 %v25
  %v32 = load <16 x float>, ptr %v31, align 4
  %v33 = fmul <16 x float> %v32, splat (float 0x3FB99999A0000000)
  %v34 = fadd <16 x float> %v30, %v33
  %v35 = fmul <16 x float> %v34, splat (float 0x3F50624DE0000000)
  %v36 = getelementptr float, ptr %v9, i64 %v25
  %v37 = load <16 x float>, ptr %v36, align 4
  %v38 = fmul <16 x float> %v37, splat (float 0x3FEFF7CEE0000000)
  %v39 = fmul <16 x float> %v32, splat (float 0x3F50624DE0000000)
  %v40 = fmul <16 x float> %v39, %v32
  %v41 = fadd <16 x float> %v38, %v40
  %v42 = call <16 x float> @llvm.sqrt.v16f32(<16 x float> %v41)
  %v43 = fadd <16 x float> %v42, splat (float 0x3E45798EE0000000)
  %v44 = fdiv <16 x float> %v35, %v43
  %v45 = fsub <16 x float> %v27, %v44
  %v46 = getelementptr float, ptr %v1, i64 %v25
  %v47 = getelementptr float, ptr %v11, i64 %v25
  %v48 = getelementptr float, ptr %v13, i64 %v25
  store <16 x float> %v45, ptr %v46, align 4
  store <16 x float> %v41, ptr %v47, align 4
  store <16 x float> %v34, ptr %v48, align 4
  %v49 = add nuw nsw i64 %v24, 1
  %v50 = icmp slt i64 %v49, %v23
  br i1 %v50, label %b1, label %b2
b2:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
