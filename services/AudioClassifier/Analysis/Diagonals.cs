using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// What the likeness of patches sums up to along the diagonals of a reference and a recording: on diagonal d the reference's frame d lies
/// at the recording's begin. Not thread-safe; its buffer is used again.
/// </summary>
/// <remarks>
/// The diagonals lie in eight rows by d modulo 8: patches of a reference that follow each other by eight frames meet one patch of the
/// recording at successive places of one row.
/// </remarks>
internal sealed class Diagonals
{
    private const int Rows = PatchIndex.SeriesFrames;
    private const int Lanes = 16;

    private ushort[] _sums = [];
    private int _stride;
    private int _before;

    /// <summary>Sets all sums to zero.</summary>
    /// <param name="patches">Patches of a series of the reference.</param>
    /// <param name="spanFrames">Frames from the recording's first patch to its last.</param>
    public void Reset(int patches, int spanFrames)
    {
        _before = (spanFrames + Rows - 1) / Rows;
        _stride = ((patches + _before + Lanes) / Lanes * Lanes) + Lanes;
        Room.Of(ref _sums, _stride * Rows).Clear();
    }

    /// <summary>The sums from a diagonal on, each eight frames after the one before.</summary>
    public Span<ushort> From(int diagonal) => Row(diagonal & (Rows - 1))[((diagonal >> 3) + _before)..];

    /// <summary>The diagonal with the highest sum, and that sum.</summary>
    public (int Diagonal, int Sum) Best()
    {
        var (best, diagonal) = (0, 0);
        for (var row = 0; row < Rows; row++)
        {
            var at = TensorPrimitives.IndexOfMax<ushort>(Row(row));
            if (Row(row)[at] > best)
                (best, diagonal) = (Row(row)[at], ((at - _before) * Rows) + row);
        }

        return (diagonal, best);
    }

    /// <summary>Forgets the diagonals less than some frames from one.</summary>
    public void Clear(int diagonal, int frames)
    {
        for (var d = diagonal - frames + 1; d < diagonal + frames; d++)
        {
            var place = (d >> 3) + _before;
            if ((uint)place < (uint)_stride)
                Row(d & (Rows - 1))[place] = 0;
        }
    }

    /// <summary>The highest sum over eight diagonals side by side: for patches that lie up to 80 ms from where they would match.</summary>
    public int BestOfEight()
    {
        var best = Vector256<ushort>.Zero;
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_sums);
        for (var at = 0; at < _stride - Lanes; at += Lanes)
        {
            Vector256<ushort> low = default, high = default, nextLow = default;
            for (var row = 0; row < Rows / 2; row++)
            {
                low = Vector256.AddSaturate(low, Vector256.LoadUnsafe(ref sums, (nuint)((row * _stride) + at)));
                nextLow = Vector256.AddSaturate(nextLow, Vector256.LoadUnsafe(ref sums, (nuint)((row * _stride) + at + 1)));
                high = Vector256.AddSaturate(high, Vector256.LoadUnsafe(ref sums, (nuint)(((row + (Rows / 2)) * _stride) + at)));
            }

            best = Vector256.Max(best, Vector256.AddSaturate(high, Vector256.Max(low, nextLow)));
        }

        Span<ushort> lanes = stackalloc ushort[Lanes];
        best.CopyTo(lanes);
        return TensorPrimitives.Max<ushort>(lanes);
    }

    private Span<ushort> Row(int row) => _sums.AsSpan(row * _stride, _stride);
}
