namespace EmptyNumber.Dialer.Infrastructure;

/// <summary>What an extension is doing.</summary>
internal enum ExtensionStatus
{
    /// <summary>Registered and free.</summary>
    Idle,

    /// <summary>Calling a number.</summary>
    Call,

    /// <summary>The number has answered.</summary>
    During,
}
