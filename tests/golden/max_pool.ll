define void @max_2x4x4x4(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = add i64 %thread, 1
  %v7 = mul i64 16, %thread
  %v8 = udiv i64 %v7, %threads
  %v9 = mul i64 16, %v6
  %v10 = udiv i64 %v9, %threads
  %v11 = icmp slt i64 %v8, %v10
  br i1 %v11, label %b0, label %end
b0:
  %v12 = sub i64 %v10, 1
  %v13 = add i64 %v12, 1
  br label %b1
b1:
  %v14 = phi i64 [ %v8, %b0 ], [ %v40, %b5 ]
  %v21 = mul i64 %v14, 32
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b1 ], [ %v35, %b4 ]
  %v16 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v31, %b4 ]
  %v17 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v32, %b4 ]
  %v22 = mul i64 %v15, 8
  %v23 = add i64 %v21, %v22
  br label %b3
b3:
  %v18 = phi i64 [ 0, %b2 ], [ %v33, %b3 ]
  %v19 = phi <4 x float> [ %v16, %b2 ], [ %v31, %b3 ]
  %v20 = phi <4 x float> [ %v17, %b2 ], [ %v32, %b3 ]
  %v24 = add i64 %v23, %v18
  %v25 = getelementptr float, ptr %v3, i64 %v24
  %v26 = getelementptr float, ptr %v25, i64 16
  %v27 = getelementptr float, ptr %v25, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v28 = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %v27, <4 x i1> splat (i1 true), <4 x float> zeroinitializer)
  %v29 = getelementptr float, ptr %v26, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v30 = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %v29, <4 x i1> splat (i1 true), <4 x float> zeroinitializer)
  %v31 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v28, <4 x float> %v19)
  %v32 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v30, <4 x float> %v20)
  %v33 = add nuw nsw i64 %v18, 1
  %v34 = icmp slt i64 %v33, 2
  br i1 %v34, label %b3, label %b4
b4:
  %v35 = add nuw nsw i64 %v15, 1
  %v36 = icmp slt i64 %v35, 2
  br i1 %v36, label %b2, label %b5
b5:
  %v37 = mul i64 %v14, 8
  %v38 = getelementptr float, ptr %v1, i64 %v37
  %v39 = getelementptr float, ptr %v38, i64 4
  store <4 x float> %v31, ptr %v38, align 4
  store <4 x float> %v32, ptr %v39, align 4
  %v40 = add nuw nsw i64 %v14, 1
  %v41 = icmp slt i64 %v40, %v13
  br i1 %v41, label %b1, label %b6
b6:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
