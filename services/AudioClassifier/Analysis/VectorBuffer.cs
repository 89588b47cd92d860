using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>Floats that begin at a multiple of 64 bytes, so that no whole vector lies across two lines of the cache.</summary>
internal sealed class VectorBuffer
{
    private const int AlignmentBytes = 64;

    private readonly float[] _memory;
    private readonly int _first;

    /// <param name="length">How many; zero at first.</param>
    public VectorBuffer(int length)
    {
        _memory = GC.AllocateArray<float>(length + (AlignmentBytes / sizeof(float)), pinned: true);
        var past = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0) % AlignmentBytes);
        _first = (AlignmentBytes - past) % AlignmentBytes / sizeof(float);
        Length = length;
    }

    /// <summary>How many.</summary>
    public int Length { get; }

    /// <summary>The floats.</summary>
    public Span<float> Floats => _memory.AsSpan(_first, Length);

    /// <summary>The same, sixteen at a time.</summary>
    public Span<Vector512<float>> Vectors => MemoryMarshal.Cast<float, Vector512<float>>(Floats);
}
