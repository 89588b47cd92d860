namespace EmptyNumber.Accounts.Model;

/// <summary>A mobile number that a code was sent to, or is being sent to.</summary>
internal sealed class MobileCode
{
    public required string Tel { get; init; }

    public DateTimeOffset SentAt { get; init; }

    /// <summary>Who asked for it, as <see cref="ServiceDefaults.Http.PeerAddress"/> groups peers.</summary>
    public required string Peer { get; init; }
}
