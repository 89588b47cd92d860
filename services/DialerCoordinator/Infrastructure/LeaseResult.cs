namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>A client's hold on an extension.</summary>
/// <param name="Extension">The extension.</param>
/// <param name="Token">The fencing token: a later lease on the same extension has a larger one.</param>
internal readonly record struct Lease(string Extension, long Token);

/// <summary>What became of a request for extensions.</summary>
internal abstract record LeaseResult
{
    /// <summary>The client has these now.</summary>
    public sealed record Held(IReadOnlyList<Lease> Leases) : LeaseResult;

    /// <summary>Only so many could be had; nothing was leased.</summary>
    public sealed record Short(int Available) : LeaseResult;

    /// <summary>The client is not alive.</summary>
    public sealed record Lost : LeaseResult;
}

/// <summary>Whether a client may speak for an extension.</summary>
internal abstract record LeaseCheck
{
    /// <summary>It may.</summary>
    public sealed record Held(Lease Lease) : LeaseCheck;

    /// <summary>The extension is another's, or nobody's.</summary>
    public sealed record NotLeased : LeaseCheck;

    /// <summary>The client is not alive.</summary>
    public sealed record ClientLost : LeaseCheck;
}
