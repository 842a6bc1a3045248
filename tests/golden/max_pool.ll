define void @max_2x4x4x4(ptr %args, ptr %variables, i64 %thread, i64 %threads) #0 {
entry:
  %v0 = getelementptr ptr, ptr %args, i64 0
  %v1 = load ptr, ptr %v0, align 8
  %v2 = getelementptr ptr, ptr %args, i64 1
  %v3 = load ptr, ptr %v2, align 8
  %v4 = getelementptr ptr, ptr %args, i64 2
  %v5 = load ptr, ptr %v4, align 8
  %v6 = add i64 %thread, 1
  %v7 = mul i64 4, %thread
  %v8 = udiv i64 %v7, %threads
  %v9 = mul i64 4, %v6
  %v10 = udiv i64 %v9, %threads
  %v11 = icmp slt i64 %v8, %v10
  br i1 %v11, label %b0, label %end
b0:
  %v12 = sub i64 %v10, 1
  %v13 = add i64 %v12, 1
  br label %b1
b1:
  %v14 = phi i64 [ %v8, %b0 ], [ %v82, %b5 ]
  %v33 = mul i64 %v14, 128
  br label %b2
b2:
  %v15 = phi i64 [ 0, %b1 ], [ %v71, %b4 ]
  %v16 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v61, %b4 ]
  %v17 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v62, %b4 ]
  %v18 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v63, %b4 ]
  %v19 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v64, %b4 ]
  %v20 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v65, %b4 ]
  %v21 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v66, %b4 ]
  %v22 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v67, %b4 ]
  %v23 = phi <4 x float> [ splat (float 0xFFF0000000000000), %b1 ], [ %v68, %b4 ]
  %v34 = mul i64 %v15, 8
  %v35 = add i64 %v33, %v34
  br label %b3
b3:
  %v24 = phi i64 [ 0, %b2 ], [ %v69, %b3 ]
  %v25 = phi <4 x float> [ %v16, %b2 ], [ %v61, %b3 ]
  %v26 = phi <4 x float> [ %v17, %b2 ], [ %v62, %b3 ]
  %v27 = phi <4 x float> [ %v18, %b2 ], [ %v63, %b3 ]
  %v28 = phi <4 x float> [ %v19, %b2 ], [ %v64, %b3 ]
  %v29 = phi <4 x float> [ %v20, %b2 ], [ %v65, %b3 ]
  %v30 = phi <4 x float> [ %v21, %b2 ], [ %v66, %b3 ]
  %v31 = phi <4 x float> [ %v22, %b2 ], [ %v67, %b3 ]
  %v32 = phi <4 x float> [ %v23, %b2 ], [ %v68, %b3 ]
  %v36 = add i64 %v35, %v24
  %v37 = getelementptr float, ptr %v3, i64 %v36
  %v38 = getelementptr float, ptr %v37, i64 16
  %v39 = getelementptr float, ptr %v37, i64 32
  %v40 = getelementptr float, ptr %v37, i64 48
  %v41 = getelementptr float, ptr %v37, i64 64
  %v42 = getelementptr float, ptr %v37, i64 80
  %v43 = getelementptr float, ptr %v37, i64 96
  %v44 = getelementptr float, ptr %v37, i64 112
  %v45 = getelementptr float, ptr %v37, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v46 = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %v45, <4 x i1> splat (i1 true), <4 x float> zeroinitializer)
  %v47 = getelementptr float, ptr %v38, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v48 = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %v47, <4 x i1> splat (i1 true), <4 x float> zeroinitializer)
  %v49 = getelementptr float, ptr %v39, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v50 = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %v49, <4 x i1> splat (i1 true), <4 x float> zeroinitializer)
  %v51 = getelementptr float, ptr %v40, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v52 = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %v51, <4 x i1> splat (i1 true), <4 x float> zeroinitializer)
  %v53 = getelementptr float, ptr %v41, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v54 = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %v53, <4 x i1> splat (i1 true), <4 x float> zeroinitializer)
  %v55 = getelementptr float, ptr %v42, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v56 = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %v55, <4 x i1> splat (i1 true), <4 x float> zeroinitializer)
  %v57 = getelementptr float, ptr %v43, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v58 = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %v57, <4 x i1> splat (i1 true), <4 x float> zeroinitializer)
  %v59 = getelementptr float, ptr %v44, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v60 = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %v59, <4 x i1> splat (i1 true), <4 x float> zeroinitializer)
  %v61 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v46, <4 x float> %v25)
  %v62 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v48, <4 x float> %v26)
  %v63 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v50, <4 x float> %v27)
  %v64 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v52, <4 x float> %v28)
  %v65 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v54, <4 x float> %v29)
  %v66 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v56, <4 x float> %v30)
  %v67 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v58, <4 x float> %v31)
  %v68 = call <4 x float> @llvm.maximum.v4f32(<4 x float> %v60, <4 x float> %v32)
  %v69 = add nuw nsw i64 %v24, 1
  %v70 = icmp slt i64 %v69, 2
  br i1 %v70, label %b3, label %b4
b4:
  %v71 = add nuw nsw i64 %v15, 1
  %v72 = icmp slt i64 %v71, 2
  br i1 %v72, label %b2, label %b5
b5:
  %v73 = mul i64 %v14, 32
  %v74 = getelementptr float, ptr %v1, i64 %v73
  %v75 = getelementptr float, ptr %v74, i64 4
  %v76 = getelementptr float, ptr %v74, i64 8
  %v77 = getelementptr float, ptr %v74, i64 12
  %v78 = getelementptr float, ptr %v74, i64 16
  %v79 = getelementptr float, ptr %v74, i64 20
  %v80 = getelementptr float, ptr %v74, i64 24
  %v81 = getelementptr float, ptr %v74, i64 28
  store <4 x float> %v61, ptr %v74, align 4
  store <4 x float> %v62, ptr %v75, align 4
  store <4 x float> %v63, ptr %v76, align 4
  store <4 x float> %v64, ptr %v77, align 4
  store <4 x float> %v65, ptr %v78, align 4
  store <4 x float> %v66, ptr %v79, align 4
  store <4 x float> %v67, ptr %v80, align 4
  store <4 x float> %v68, ptr %v81, align 4
  %v82 = add nuw nsw i64 %v14, 1
  %v83 = icmp slt i64 %v82, %v13
  br i1 %v83, label %b1, label %b6
b6:
  br label %end
end:
  ret void
}
attributes #0 = { nounwind "no-builtins" "prefer-vector-width"="512" "min-legal-vector-width"="512" }
!0 = !{!"branch_weights", i32 1, i32 1048576}
