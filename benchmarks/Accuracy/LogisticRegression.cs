using MathNet.Numerics.LinearAlgebra;

namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>The weights under which what was seen is most likely, by Newton's method.</summary>
internal static class LogisticRegression
{
    private const int MostSteps = 100;
    private const double Settled = 1e-9;

    /// <summary>Fits the chance 1 / (1 + exp(−weights · features)).</summary>
    /// <param name="seen">Features, and whether it was so.</param>
    /// <exception cref="InvalidOperationException">It does not come to an end: too little was seen.</exception>
    public static double[] Fit(IReadOnlyList<(double[] Features, bool IsSo)> seen)
    {
        if (seen.Select(one => one.IsSo).Distinct().Count() < 2)
            throw new InvalidOperationException("Nothing to fit: all that was seen is right, or nothing is. Name more corpora.");
        var size = seen[0].Features.Length;
        var weights = Vector<double>.Build.Dense(size);
        for (var step = 0; step < MostSteps; step++)
        {
            var gradient = Vector<double>.Build.Dense(size);
            var curvature = Matrix<double>.Build.Dense(size, size);
            foreach (var (features, isSo) in seen)
            {
                var x = Vector<double>.Build.Dense(features);
                var chance = 1 / (1 + Math.Exp(-weights.DotProduct(x)));
                gradient += ((isSo ? 1 : 0) - chance) * x;
                curvature += chance * (1 - chance) * x.OuterProduct(x);
            }

            var change = curvature.Solve(gradient);
            weights += change;
            if (change.L2Norm() < Settled)
                return weights.ToArray();
        }

        throw new InvalidOperationException("The weights do not settle: too little was seen. Name more corpora.");
    }
}
