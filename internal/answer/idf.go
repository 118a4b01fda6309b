package answer

import "math"

func idf(n, df int) float32 { return float32(math.Log(float64(1+n)/float64(1+df)) + 1) }
