using EmptyNumber.ServiceDefaults.Loops;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>Wakes the dispatcher of this process.</summary>
internal sealed class DispatchSignal : WakeSignal;

/// <summary>Wakes the sender of webhooks of this process.</summary>
internal sealed class WebhookSignal : WakeSignal;
