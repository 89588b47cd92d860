using System.Text.Json.Serialization;
using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Apis;

/// <summary>What dialers call: join, lease extensions, take numbers, report.</summary>
internal static class DialerApi
{
    private const int MaxThreads = 1000;
    private const int MaxNameLength = 100;

    public static void MapDialerApi(this IEndpointRouteBuilder app)
    {
        var dialers = app.MapGroup("/").WithTags("Dialers")
            .RequireTrustedNetworkOrRole(Roles.Dialer, Roles.Operator, Roles.Admin);
        dialers.MapGet("/notify", NotifyAsync).WithName("Notify").WithSummary("Join; gives the client id that all other operations take");
        dialers.MapDelete("/notify/{clientId}", LeaveAsync).WithName("Leave").WithSummary("Leave at once; leases become free, numbers return to the queue");
        dialers.MapPost("/heartbeat/{clientId}", HeartbeatAsync).WithName("Heartbeat").WithSummary("A sign of life, every 5 s; after 15 s without one the client is lost");
        dialers.MapGet("/accounts/{clientId}", AccountsAsync).WithName("Accounts").WithSummary("Lease extension accounts").DocumentsErrors(409);
        dialers.MapGet("/dialplan/{clientId}", DialPlanAsync).WithName("DialPlan").WithSummary("A number for each extension that is free to dial");
        dialers.MapGet("/status/{clientId}", StatusAsync).WithName("Status").WithSummary("What an extension is doing").DocumentsErrors(409);
        dialers.MapRecordingApi();
    }

    private static async Task<Results<Ok<Envelope<Joined>>, ApiError>> NotifyAsync(string? name, Clients clients, CancellationToken cancellationToken) =>
        name is { Length: > MaxNameLength }
            ? ApiError.BadRequest($"name: at most {MaxNameLength} characters")
            : TypedResults.Ok(Envelope.Of(new Joined(await clients.JoinAsync(name, cancellationToken))));

    private static async Task<Results<Ok<Envelope<Stamp>>, ApiError>> LeaveAsync(
        string clientId, Clients clients, Reaper reaper, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!await clients.LeaveAsync(clientId, cancellationToken))
            return UnknownClient();
        await reaper.LoseAsync([clientId], cancellationToken);
        return TypedResults.Ok(Stamp.Now(time));
    }

    private static async Task<Results<Ok<Envelope<Stamp>>, ApiError>> HeartbeatAsync(
        string clientId, Clients clients, TimeProvider time, CancellationToken cancellationToken) =>
        await clients.BeatAsync(clientId, cancellationToken) ? TypedResults.Ok(Stamp.Now(time)) : UnknownClient();

    private static async Task<Results<Ok<Envelope<LeasedAccounts>>, ApiError>> AccountsAsync(
        string clientId, string? threadsNum, bool? partial, Leases leases, Assignment assignment, CoordinatorDb db, ExtensionRegistry registry,
        CancellationToken cancellationToken)
    {
        if (!int.TryParse(threadsNum, out var count) || count is < 1 or > MaxThreads)
            return ApiError.BadRequest($"threadsNum: a whole number from 1 to {MaxThreads}");
        var usable = await registry.ReadUsableAsync(cancellationToken);
        var busy = await db.DialJobs
            .Where(job => job.ClientId == clientId && (job.State == DialJobState.Assigned || job.State == DialJobState.Dialling))
            .Select(job => job.Extension!).ToListAsync(cancellationToken);
        switch (await leases.LeaseAsync(clientId, count, partial ?? false, busy, usable.Select(account => account.Extension), cancellationToken))
        {
            case LeaseResult.Held held:
                await assignment.FenceAsync(held.Leases, cancellationToken);
                return TypedResults.Ok(Envelope.Of(new LeasedAccounts([.. held.Leases.Join(
                    usable, lease => lease.Extension, account => account.Extension.Number,
                    (_, account) => new Account(account.Extension.Number, account.Password, account.Extension.Host))])));
            case LeaseResult.Short shortage:
                return ApiError.Conflict($"{count} extensions were asked for, {shortage.Available} can be had; partial=true takes what there is");
            default:
                return UnknownClient();
        }
    }

    private static async Task<Results<Ok<Envelope<DialPlans>>, ApiError>> DialPlanAsync(
        string clientId, Leases leases, Assignment assignment, CancellationToken cancellationToken)
    {
        if (await leases.FreeAsync(clientId, cancellationToken) is not { } free)
            return UnknownClient();
        var plans = free.Length == 0 ? [] : await assignment.AssignAsync(clientId, free, cancellationToken);
        return TypedResults.Ok(Envelope.Of(new DialPlans([.. plans.Select(plan => new DialPlan(plan.Extension, plan.Number))])));
    }

    private static async Task<Results<Ok<Envelope<Stamp>>, ApiError>> StatusAsync(
        string clientId, string? status, string? extensionNum, string? phoneNum, Leases leases, DialReports reports, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (status is not ("during" or "call" or "idle" or "unregistered"))
            return ApiError.BadRequest("status: one of during, call, idle, unregistered");
        if (extensionNum is null || !Extension.IsNumber(extensionNum))
            return ApiError.BadRequest(Extension.NumberRule);
        if (!PhoneNumber.TryNormalise(phoneNum, out var number) && (status is "during" or "call" || !string.IsNullOrEmpty(phoneNum)))
            return ApiError.BadRequest("phoneNum: the number that is called, 11 digits");
        return await leases.CheckAsync(clientId, extensionNum, cancellationToken) switch
        {
            LeaseCheck.Held { Lease: var lease } => await ReportAsync(lease),
            LeaseCheck.NotLeased => NotLeased(extensionNum),
            _ => UnknownClient(),
        };

        // PostgreSQL first: what the number's deadline is must not depend on a process that dies before it. A report about a
        // call that is over, or never was, says nothing of what the extension does now.
        async Task<Results<Ok<Envelope<Stamp>>, ApiError>> ReportAsync(Lease lease)
        {
            var outcome = status switch
            {
                "idle" => await reports.HangUpAsync(clientId, lease, number, cancellationToken),
                "unregistered" => await reports.UnregisterAsync(clientId, lease, cancellationToken),
                _ => await reports.BeginAsync(clientId, lease, number!, cancellationToken),
            };
            if (outcome is ReportOutcome.Fenced)
                return NotLeased(extensionNum);
            if (outcome is ReportOutcome.Current)
                await leases.ReportAsync(clientId, extensionNum, status, cancellationToken);
            return TypedResults.Ok(Stamp.Now(time));
        }
    }

    internal static ApiError UnknownClient() => new(StatusCodes.Status404NotFound, "unknown or expired client; GET /notify gives a new id");

    internal static ApiError NotLeased(string extension) => ApiError.Conflict($"extension {extension} is not leased to this client");

    private sealed record Joined(string ClientId);

    private sealed record LeasedAccounts(IReadOnlyList<Account> Accounts);

    private sealed record Account(
        string ExtensionNum,
        string Password,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Host);

    private sealed record DialPlans(IReadOnlyList<DialPlan> Dialplans);

    private sealed record DialPlan(string ExtensionNum, string PhoneNum);
}
