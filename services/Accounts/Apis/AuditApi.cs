using System.ComponentModel.DataAnnotations;
using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Apis;

/// <summary>The audit trail (审计日志): who logged in, who made and revoked tokens, who changed whom.</summary>
internal static class AuditApi
{
    public static void MapAuditApi(this IEndpointRouteBuilder api) =>
        api.MapGet("/audit", ListAsync).WithTags("Audit").WithName("Audit").RequireRole(Roles.Admin)
            .WithSummary("A page of the audit trail, newest first")
            .WithDescription("Failed logins of one user from one address within an hour are one entry: count says how many, at and last_at when the first and the last.")
            .Produces<Page<AuditForm>>();

    private static Task<IResult> ListAsync(
        [AsParameters] AuditFilter filter, [AsParameters] PageQuery page, AccountsDb db, CancellationToken cancellationToken) =>
        page.AnswerAsync(
            filter.Of(db.AuditEntries).OrderByDescending(entry => entry.Id).Select(entry => new AuditForm(
                entry.Id, entry.Event, entry.Success, entry.UserId, entry.UserName, entry.ActorId, entry.ActorName, entry.Address, entry.Detail,
                entry.At, entry.LastAt, entry.Count)),
            cancellationToken);

    private sealed class AuditFilter : IInput
    {
        /// <summary>What happened.</summary>
        [AllowedValues(
            null, AuditEvents.Login, AuditEvents.Logout, AuditEvents.TokenCreated, AuditEvents.TokenRevoked, AuditEvents.UserCreated,
            AuditEvents.UserChanged, AuditEvents.UserDeleted)]
        public string? Event { get; init; }

        /// <summary>Whether it came about.</summary>
        public bool? Success { get; init; }

        /// <summary>The name of the user whose account it is.</summary>
        [Text(Model.User.MaxNameLength)]
        public string? User { get; init; }

        /// <summary>The name of the user who did it.</summary>
        [Text(Model.User.MaxNameLength)]
        public string? Actor { get; init; }

        /// <summary>From where.</summary>
        [Text(50)]
        public string? Address { get; init; }

        /// <summary>Not before this moment.</summary>
        public DateTimeOffset? Since { get; init; }

        /// <summary>Before this moment.</summary>
        public DateTimeOffset? Until { get; init; }

        public IQueryable<AuditEntry> Of(IQueryable<AuditEntry> entries)
        {
            if (Event is not null)
                entries = entries.Where(entry => entry.Event == Event);
            if (Success is not null)
                entries = entries.Where(entry => entry.Success == Success);
            if (User is not null)
                entries = entries.Where(entry => entry.UserName == User);
            if (Actor is not null)
                entries = entries.Where(entry => entry.ActorName == Actor);
            if (Address is not null)
                entries = entries.Where(entry => entry.Address == Address);
            if (Since?.ToUniversalTime() is { } since)
                entries = entries.Where(entry => entry.LastAt >= since);
            if (Until?.ToUniversalTime() is { } until)
                entries = entries.Where(entry => entry.At < until);
            return entries;
        }
    }

    private sealed record AuditForm(
        long Id, string Event, bool Success, long? UserId, string? User, long? ActorId, string? Actor, string? Address, string Detail,
        DateTimeOffset At, DateTimeOffset LastAt, int Count);
}
