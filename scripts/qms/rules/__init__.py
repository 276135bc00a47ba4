"""Every rule of ``qms check``, with the obligation of the procedure that it watches. No rule sees the clock, files or git."""

from collections.abc import Callable, Iterator

from qms.model import Register, value
from qms.rules import (
    answers,
    approvals,
    capas,
    citations,
    complaints,
    customers,
    documents,
    events,
    links,
    memos,
    numbers,
    people,
    plans,
    references,
    reports,
    reworks,
    texts,
)
from qms.rules.common import Violation


@value
class Rule:
    """A rule and the obligation that it watches; None where no clause of QP-M-05 but the keeping of records asks for it."""

    check: Callable[[Register], Iterator[Violation]]
    obligation: str | None

    @property
    def id(self) -> str:
        """The name that ends a message: what is true when all is well."""
        return self.check.__name__.replace("_", "-")

    @property
    def requirement(self) -> str:
        """The requirement in one English sentence with its clause."""
        return (self.check.__doc__ or "").partition("\n")[0]


RULES: tuple[Rule, ...] = (
    Rule(check=references.person_exists, obligation=None),
    Rule(check=references.customer_exists, obligation="OB-4.1a"),
    Rule(check=references.memo_exists, obligation="OB-5.3.1b"),
    Rule(check=references.complaint_exists, obligation="OB-5.3.1b"),
    Rule(check=references.capa_exists, obligation="OB-5.3.3"),
    Rule(check=references.rework_exists, obligation="OB-5.3.4a"),
    Rule(check=references.document_exists, obligation="OB-6"),
    Rule(check=references.voided_records_are_not_used, obligation="OB-5.5b"),
    Rule(check=texts.facts_are_stated, obligation="OB-5.5a"),
    Rule(check=texts.personal_data_stays_in_customer_files, obligation=None),
    Rule(check=numbers.numbers_run_without_gaps, obligation="OB-5.5b"),
    Rule(check=numbers.numbers_are_unique, obligation="OB-5.5b"),
    Rule(check=numbers.number_is_of_its_year, obligation="OB-5.5b"),
    Rule(check=events.nothing_happens_after_void, obligation="OB-5.5b"),
    Rule(check=events.corrections_follow_the_record, obligation="OB-5.5b"),
    Rule(check=events.signers_are_in_post, obligation=None),
    Rule(check=people.people_are_unique, obligation=None),
    Rule(check=people.role_periods_are_in_order, obligation=None),
    Rule(check=people.sample_ends_after_the_start, obligation=None),
    Rule(check=customers.customer_file_is_made_by_production_control, obligation="OB-4.1a"),
    Rule(check=customers.customer_names_are_unique, obligation="OB-4.1a"),
    Rule(check=customers.customer_dates_are_in_order, obligation="OB-4.1b"),
    Rule(check=customers.suspensions_are_in_order, obligation="OB-5.4.1a"),
    Rule(check=customers.contact_rhythm_changes_add_up, obligation="OB-5.4.1a"),
    Rule(check=memos.memo_is_written_by_its_department, obligation="OB-5.5a"),
    Rule(check=memos.informed_after_the_contact, obligation="OB-5.4.1b"),
    Rule(check=memos.order_change_states_outcome_and_informed, obligation="OB-5.2a"),
    Rule(check=memos.routine_contact_asks_for_opinions, obligation="OB-5.2b"),
    Rule(check=memos.opinions_are_stated, obligation="OB-5.2b"),
    Rule(check=memos.unfavourable_review_has_a_follow_up, obligation="OB-5.4.2"),
    Rule(check=memos.memo_is_of_the_complaints_customer, obligation="OB-5.3.1b"),
    Rule(check=complaints.nothing_precedes_receipt, obligation="OB-5.3.1a"),
    Rule(check=complaints.closing_comes_last, obligation="OB-5.3.6a"),
    Rule(check=complaints.confirmation_follows_completion, obligation="OB-5.4.2"),
    Rule(check=complaints.absent_departments_did_not_attend, obligation="OB-5.3.2"),
    Rule(check=complaints.reply_states_time_or_reason, obligation="OB-5.3.5"),
    Rule(check=complaints.promised_time_follows_the_reply, obligation="OB-5.3.5"),
    Rule(check=complaints.renewals_promise_later_times, obligation="OB-5.3.6b"),
    Rule(check=complaints.first_contact_is_by_quality_assurance, obligation="OB-5.3.1a"),
    Rule(check=complaints.reply_is_by_the_chief, obligation="OB-5.3.5"),
    Rule(check=complaints.complaint_is_closed_by_the_chief, obligation="OB-5.3.6a"),
    Rule(check=complaints.reopened_complaint_follows_the_first, obligation="OB-5.3.6a"),
    Rule(check=complaints.former_complaint_precedes_the_start, obligation="OB-5.3.1a"),
    Rule(check=links.complaint_and_memo_agree, obligation="OB-5.3.1b"),
    Rule(check=links.complaint_and_capa_agree, obligation="OB-5.3.3"),
    Rule(check=links.complaint_and_rework_agree, obligation="OB-5.3.4a"),
    Rule(check=links.closed_complaint_has_been_through_the_steps, obligation="OB-5.3.6a"),
    Rule(check=links.closed_quality_complaint_has_capa, obligation="OB-5.3.3"),
    Rule(check=links.closed_return_has_capa, obligation="OB-5.3.4b"),
    Rule(check=links.closed_return_has_rework, obligation="OB-5.3.4a"),
    Rule(check=links.closed_complaint_has_effective_capa, obligation="OB-5.3.3"),
    Rule(check=capas.capa_source_exists, obligation="OB-5.3.3"),
    Rule(check=capas.capa_times_are_in_order, obligation="OB-5.4.4b"),
    Rule(check=capas.capa_opens_after_its_source, obligation="OB-5.3.3"),
    Rule(check=capas.next_round_follows_the_previous, obligation="OB-5.4.4b"),
    Rule(check=capas.closed_capa_is_complete, obligation="OB-5.4.4b"),
    Rule(check=capas.closed_capa_has_done_its_measures, obligation="OB-5.4.4b"),
    Rule(check=capas.closed_capa_is_effective, obligation="OB-5.4.4b"),
    Rule(check=capas.capa_is_closed_by_the_chief, obligation="OB-5.4.4b"),
    Rule(check=reworks.rework_quantities_balance, obligation="OB-5.3.4a"),
    Rule(check=reworks.reworked_quantity_fits_the_disposition, obligation="OB-5.3.4a"),
    Rule(check=reworks.rework_times_are_in_order, obligation="OB-5.3.4a"),
    Rule(check=reworks.rework_opens_after_its_complaint, obligation="OB-5.3.4a"),
    Rule(check=reworks.released_goods_have_passed_inspection, obligation="OB-5.3.4a"),
    Rule(check=reworks.rework_is_released_by_the_chief_or_quality_control, obligation="OB-5.3.4a"),
    Rule(check=plans.plan_runs_in_its_year, obligation="OB-4.2a"),
    Rule(check=plans.plan_weights_total_100, obligation="OB-5.4.3b"),
    Rule(check=plans.plan_covers_the_required_dimensions, obligation="OB-5.4.3b"),
    Rule(check=plans.plan_items_belong_to_its_dimensions, obligation="OB-5.4.3b"),
    Rule(check=plans.plan_low_score_is_below_the_scale, obligation="OB-4.2a"),
    Rule(check=plans.plan_names_each_customer_once, obligation="OB-5.4.3a"),
    Rule(check=plans.plan_invites_every_customer, obligation="OB-5.4.3a"),
    Rule(check=plans.plan_is_prepared_by_the_chief, obligation="OB-4.2a"),
    Rule(check=plans.plan_is_approved_by_the_management_representative, obligation="OB-4.3"),
    Rule(check=approvals.late_approval_states_its_reason, obligation="OB-4.3"),
    Rule(check=answers.answer_has_a_plan, obligation="OB-4.3"),
    Rule(check=answers.answer_is_from_an_invited_customer, obligation="OB-5.4.3a"),
    Rule(check=answers.answer_uses_the_planned_questionnaire, obligation="OB-4.3"),
    Rule(check=answers.answer_is_taken_by_a_planned_method, obligation="OB-5.4.3c"),
    Rule(check=answers.answer_scores_items_within_the_scale, obligation="OB-5.4.3d"),
    Rule(check=answers.not_applicable_item_has_no_score, obligation="OB-5.4.3d"),
    Rule(check=answers.low_score_has_a_reason, obligation="OB-5.4.3d"),
    Rule(check=answers.interview_has_a_memo, obligation="OB-5.4.3d"),
    Rule(check=answers.answer_is_returned_after_it_was_sent, obligation="OB-5.4.3d"),
    Rule(check=answers.surveyor_is_of_quality_assurance, obligation="OB-5.4.3d"),
    Rule(check=reports.report_has_a_plan, obligation="OB-5.4.4a"),
    Rule(check=reports.report_uses_other_information, obligation="OB-4.2b"),
    Rule(check=reports.report_answers_every_low_score, obligation="OB-4.2c"),
    Rule(check=reports.report_actions_name_survey_items, obligation="OB-4.2c"),
    Rule(check=reports.report_is_prepared_by_the_chief, obligation="OB-5.4.4a"),
    Rule(check=reports.report_is_approved_by_the_management_representative, obligation="OB-5.4.4a"),
    Rule(check=documents.document_numbers_are_unique, obligation="OB-6"),
    Rule(check=documents.document_references_are_effective, obligation="OB-6"),
    Rule(check=documents.document_revision_is_the_last_in_its_table, obligation="OB-6"),
    Rule(check=documents.document_revisions_ascend, obligation="OB-6"),
    Rule(check=documents.document_is_signed_in_order, obligation="OB-6"),
    Rule(check=documents.document_is_approved_by_the_management_representative, obligation="OB-6"),
    Rule(check=approvals.document_signatures_are_by_different_people, obligation="OB-6"),
    Rule(check=approvals.approvals_are_of_this_content, obligation=None),
    Rule(check=approvals.approvals_bear_a_digest, obligation=None),
    Rule(check=documents.procedure_has_parameters_for_each_revision, obligation=None),
    Rule(check=documents.reply_warnings_come_before_the_deadline, obligation="OB-5.3.5"),
    Rule(check=documents.obligations_lead_to_their_clauses, obligation=None),
    Rule(check=citations.cited_titles_are_right, obligation="OB-6"),
    Rule(check=citations.cited_documents_are_listed, obligation="OB-6"),
    Rule(check=citations.listed_documents_are_cited, obligation="OB-6"),
    Rule(check=citations.every_record_type_has_a_retention_period, obligation="OB-5.5b"),
    Rule(check=citations.every_record_type_is_listed, obligation="OB-7"),
)
"""The whole of what is checked beyond the schemas; the order is that of the procedure, not of the output."""

__all__ = ["RULES", "Rule", "Violation"]
