using System.Numerics.Tensors;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// What 0.64 s of speech sounds like, in 32 bytes. A patch of 32 frames × 24 log-mel bands, without each band's mean (which a
/// telephone line's tilt moves), projected on the low orders of the two-dimensional cosine transform, the orders weighted to
/// like power, the whole scaled to length 64.
/// </summary>
/// <remarks>
/// The cosine transform stands for the principal components of speech patches, of which it is a close and library-independent
/// likeness: it needs no training, and a library changes without its codes being made anew. Not thread-safe; its buffers are used again.
/// </remarks>
public sealed class SpeechPatch
{
    /// <summary>Frames of a patch, 20 ms each.</summary>
    public const int Frames = 32;

    /// <summary>Bytes of a code.</summary>
    public const int Dimensions = 32;

    /// <summary>The length that codes are scaled to.</summary>
    public const int Norm = 64;

    // Orders in time (from 1, since the mean is gone) kept for each order in frequency, and the weight of that order.
    private static readonly (int TimeOrders, float Weight)[] Plan = [(8, 0.4f), (8, 0.65f), (6, 0.8f), (6, 1f), (2, 1.3f), (2, 1.3f)];
    private static readonly float[] FrequencyBasis = Basis(Plan.Length, LogMel.Bands, from: 0);
    private static readonly float[] TimeBasis = Basis(8, Frames, from: 1);

    // A patch below this (in units of the weighted transform) holds no modulation: silence, a steady tone, steady noise.
    private const float LeastNorm = 6f;

    private float[] _coefficients = [];
    private sbyte[] _codes = [];
    private int _frames;

    /// <summary>Takes a signal.</summary>
    /// <param name="features">Log-mel frames, 24 values each. Short signals are extended by their last frame to one patch.</param>
    public void Load(ReadOnlySpan<float> features)
    {
        var frames = features.Length / LogMel.Bands;
        _frames = Math.Max(frames, Frames);
        var coefficients = Room.Of(ref _coefficients, Plan.Length * _frames);
        for (var frame = 0; frame < _frames; frame++)
        {
            var bands = features.Slice(Math.Min(frame, frames - 1) * LogMel.Bands, LogMel.Bands);
            for (var order = 0; order < Plan.Length; order++)
                coefficients[(order * _frames) + frame] = TensorPrimitives.Dot(bands, FrequencyBasis.AsSpan(order * LogMel.Bands, LogMel.Bands));
        }
    }

    /// <summary>Codes the signal's patches.</summary>
    /// <param name="hopFrames">Frames from patch to patch.</param>
    /// <returns>32 values a patch; all zero where nothing modulates. Valid until the next call.</returns>
    public ReadOnlySpan<sbyte> Encode(int hopFrames)
    {
        var patches = 1 + ((_frames - Frames) / hopFrames);
        var codes = Room.Of(ref _codes, patches * Dimensions);
        Span<float> code = stackalloc float[Dimensions];
        for (var patch = 0; patch < patches; patch++)
        {
            var at = 0;
            for (var order = 0; order < Plan.Length; order++)
            {
                var course = _coefficients.AsSpan((order * _frames) + (patch * hopFrames), Frames);
                for (var time = 0; time < Plan[order].TimeOrders; time++)
                    code[at++] = Plan[order].Weight * TensorPrimitives.Dot(course, TimeBasis.AsSpan(time * Frames, Frames));
            }

            // Where nothing modulates all is rounded to zero.
            var scale = TensorPrimitives.Norm<float>(code) is >= LeastNorm and var norm ? Norm / norm : 0;
            for (var i = 0; i < Dimensions; i++)
                codes[(patch * Dimensions) + i] = (sbyte)MathF.Round(code[i] * scale);
        }

        return codes;
    }

    private static float[] Basis(int orders, int length, int from)
    {
        var basis = new float[orders * length];
        for (var order = 0; order < orders; order++)
        {
            var scale = Math.Sqrt((order + from == 0 ? 1.0 : 2.0) / length);
            for (var i = 0; i < length; i++)
                basis[(order * length) + i] = (float)(scale * Math.Cos(Math.PI * (order + from) * ((2 * i) + 1) / (2 * length)));
        }

        return basis;
    }
}
